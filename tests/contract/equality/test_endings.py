"""How a program ends: its exit code, its last words, and what happens on the way out."""

import pytest

from tests.support.equality import Case, Laboratory, Observe, Way

pytestmark = [pytest.mark.anyio, pytest.mark.mlflow, pytest.mark.timeout(600)]

ENDS = {
    "text": 1,
    "error": 1,
    "at_once": 5,
    "memory": 1,
    "segfault": -11,
    "terminated": -15,
    "killed": -9,
}
"""How, and the exit code."""
PROPER = {"text", "error", "memory"}
"""Those in which the interpreter itself brings the program to its end."""
BROKEN = Case("broken")
_WORDS = "exit.launcher_words"  # two processes speak at the same time
INTERRUPTED = Case("wait", {"how": "at_once"}, interrupted=True, may_differ=(_WORDS,))
# The shell of the cold one was interrupted too, and has the last word.
POLITE = Case("wait", {"how": "politely"}, interrupted=True, may_differ=(_WORDS, "exit.exit_code"))
FINISH = Case("finish")
CASES = [*(Case("end", {"how": how}) for how in ENDS), BROKEN, INTERRUPTED, POLITE, FINISH]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_a_warm_attempt_shows_what_a_cold_one_shows(laboratory: Laboratory, case: Case) -> None:
    assert await laboratory.differences(case) == []


@pytest.mark.parametrize("how", ENDS)
async def test_the_code_is_the_programs_own_and_nothing_is_left_of_it(observe: Observe, how: str) -> None:
    seen = await observe(Case("end", {"how": how}))
    assert (seen.exit.exit_code, seen.exit.lost, seen.exit.cancelled) == (ENDS[how], False, False)
    assert seen.left == ()
    assert seen.of("stdout")[0] == f"now {how}"
    assert ("tidied up" in "".join(seen.of("stdout"))) == (how in PROPER)
    assert (seen.outputs["unflushed.txt"] == "written at the end") == (how in PROPER)


async def test_the_text_of_an_exit_is_its_last_word(observe: Observe) -> None:
    seen = await observe(Case("end", {"how": "text"}))
    assert seen.exit.last_stderr == "no such column: 'age'"
    assert [line for line in seen.of("stderr") if "mlflow.cli" not in line] == ["no such column: 'age'"]


async def test_a_traceback_shows_the_programs_own_frames(observe: Observe) -> None:
    seen = await observe(Case("end", {"how": "error"}))
    places = [line.strip() for line in seen.of("stderr") if line.startswith("  File ")]
    assert [place.partition(", line ")[0] for place in places] == [
        'File "<attempt>/project/end.py"',
        'File "<attempt>/project/careful.py"',
        'File "<attempt>/project/careful.py"',
        'File "<attempt>/project/end.py"',
        'File "<attempt>/project/end.py"',
        'File "<attempt>/project/careful.py"',
    ]
    assert "a note beside it" in seen.of("stderr")
    assert seen.of("stdout")[-1] == "unfinished linetidied up"


async def test_what_is_no_program_is_said_to_be_none(observe: Observe) -> None:
    seen = await observe(BROKEN)
    assert (seen.exit.exit_code, seen.of("stdout")) == (1, [])
    assert seen.of("stderr")[0] == '  File "<attempt>/project/broken.py", line 3'
    assert seen.exit.last_stderr == "SyntaxError: invalid syntax"


async def test_an_interrupt_reaches_the_program(observe: Observe) -> None:
    seen = await observe(INTERRUPTED)
    assert (seen.exit.exit_code, seen.exit.cancelled, seen.left) == (-2, True, ())
    assert "KeyboardInterrupt" in seen.of("stderr")


async def test_an_interrupted_program_may_tidy_up(observe: Observe, backend: Way) -> None:
    seen = await observe(POLITE)
    assert seen.of("stdout")[-1] == "tidied up after SIGINT"
    assert (seen.exit.exit_code, seen.exit.cancelled, seen.left) == (-2 if backend == "cold" else 7, True, ())


async def test_a_program_is_brought_to_its_end_in_the_order_of_the_interpreter(observe: Observe) -> None:
    seen = await observe(FINISH)
    assert seen.exit.exit_code == 0
    deleted = ("a private name", "a public name", "something in a list", "what a ring holds")
    marks = ["tidied up: a generator", *(f"deleted: {what}" for what in deleted)]
    assert seen.outputs == {"unflushed.txt": "written at the end", **dict.fromkeys(marks, "")}
    assert seen.of("stdout") == [
        "heard SIGTERM",
        "a pool that nobody shuts down",
        "a thread goes on after the program has ended",
        "registered by a thread",
        "modules are still there: logging True",
        "registered last",
        "registered first",
        "a finalizer runs",
    ]
    assert "remembered: flushed by logging.shutdown" in seen.of("stderr")
