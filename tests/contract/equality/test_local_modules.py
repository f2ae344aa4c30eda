"""A project's own modules come before all others, whatever these are called and whoever has imported them already."""

import pytest

from tests.support.equality import Case, Laboratory, Observe

pytestmark = [pytest.mark.anyio, pytest.mark.mlflow, pytest.mark.timeout(600)]

SHADOW = Case("shadow")
NAMES = ("click", "fractions", "octopus", "pandas", "utils", "yaml")


async def test_a_warm_attempt_shows_what_a_cold_one_shows(laboratory: Laboratory) -> None:
    assert await laboratory.differences(SHADOW) == []


async def test_modules_beside_the_program_win(observe: Observe) -> None:
    told = (await observe(SHADOW)).told()
    own = [f"the project's {name}" for name in NAMES]
    assert told["here"] == ["here", *own]
    assert told["elsewhere"] == ["across", *own]
    assert told["path"][0] == "<attempt>/project/shadows"


async def test_a_program_may_close_its_output(observe: Observe) -> None:
    seen = await observe(SHADOW)
    assert (seen.exit.exit_code, seen.of("stdout"), seen.of("stderr")) == (0, ["the last word on stdout"], [])
