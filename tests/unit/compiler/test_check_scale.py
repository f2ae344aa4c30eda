"""As large as a document may be: every rule in linear time and without recursion.

Work is counted, not timed, so that a slow machine cannot fail these tests.
"""

import sys
from collections.abc import Callable

import pytest

from octopus.compiler.check import check
from octopus.compiler.parse import parse
from tests.support.drawings import CATALOG, MACHINE, Json, drawing, edge, step

STEPS = 2_000


def _chain(count: int) -> Json:
    edges = [edge(f"s{n}.data -> s{n + 1}.data") for n in range(count - 1)]
    return drawing([step("s0", "source"), *(step(f"s{n}", "pass_on") for n in range(1, count))], edges)


def _fan(count: int) -> Json:
    edges = [edge(f"s0.data -> s{n}.data") for n in range(1, count)]
    return drawing([step("s0", "source"), *(step(f"s{n}", "pass_on") for n in range(1, count))], edges)


def _ring(count: int) -> Json:
    edges = [edge(f"s{n}.data -> s{(n + 1) % count}.data") for n in range(count)]
    return drawing([step(f"s{n}", "pass_on") for n in range(count)], edges)


def _calls_in(work: Callable[[], object]) -> int:
    """Python function calls that `work` takes."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(("shape", "codes"), [(_chain, []), (_fan, []), (_ring, ["cycle"])])
def test_the_largest_document_is_checked(shape: Callable[[int], Json], codes: list[str]) -> None:
    problems = check(parse(shape(STEPS)), CATALOG, MACHINE)
    assert [problem.code for problem in problems] == codes


@pytest.mark.parametrize("shape", [_chain, _fan, _ring])
def test_the_work_grows_with_the_steps_and_not_faster(shape: Callable[[int], Json]) -> None:
    small, large = shape(250), shape(1_000)
    few = _calls_in(lambda: check(parse(small), CATALOG, MACHINE))
    many = _calls_in(lambda: check(parse(large), CATALOG, MACHINE))
    assert many < 4.5 * few
