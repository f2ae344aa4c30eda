"""What a program prints, and what others print for it: every byte, in order."""

import pytest

from tests.support.equality import Case, Laboratory, Observe

pytestmark = [pytest.mark.anyio, pytest.mark.mlflow, pytest.mark.timeout(600)]

PRINT = Case("print")
FLOOD = 20_000


async def test_a_warm_attempt_shows_what_a_cold_one_shows(laboratory: Laboratory) -> None:
    assert await laboratory.differences(PRINT) == []


async def test_two_streams_keep_their_order_where_there_is_one(observe: Observe) -> None:
    seen = await observe(PRINT)
    turns = [(stream, f"turn {number} of {stream}") for number in range(3) for stream in ("stdout", "stderr")]
    assert list(seen.lines[:6]) == turns
    assert seen.exit.exit_code == 3


async def test_a_flood_is_complete_and_so_is_a_line_without_an_end(observe: Observe) -> None:
    seen = await observe(PRINT)
    out, err = seen.of("stdout"), seen.of("stderr")
    assert [line for line in out if line.startswith("out ")] == [f"out {number}" for number in range(FLOOD)]
    assert [line for line in err if line.startswith("err ")] == [f"err {number}" for number in range(FLOOD)]
    assert "".join(out[out.index(f"out {FLOOD - 1}") + 1 :]) == "x" * 1_000_000
    assert seen.exit.last_stderr == f"err {FLOOD - 1}"


async def test_standard_input_is_at_its_end(observe: Observe) -> None:
    assert "'' True" in (await observe(PRINT)).of("stdout")
