"""As large as a document may be: every rule in linear time and without recursion.

Work is counted, not timed, so that a slow machine cannot fail these tests.
"""

import sys
from collections.abc import Callable

import pytest

from octopus.compiler.check import check
from octopus.compiler.compile import compile_plan
from octopus.compiler.parse import parse
from octopus.compiler.request import RunRequest
from octopus.domain.run import Scope
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


def _referring(count: int) -> Json:
    """A chain in which every step refers to the metrics of the one half-way to the beginning."""
    value = _chain(count)
    value["steps"][1:] = [
        step(f"s{n}", "train", target=f"${{params.p}}-${{steps.s{n // 2}.metrics.x}}") for n in range(1, count)
    ]
    value["edges"] = [{**one, "source_port": "metrics", "target_port": "after"} for one in value["edges"]]
    value["edges"][0]["source_port"] = "data"
    value["edges"] += [edge(f"s0.data -> s{n}.train") for n in range(1, count)]
    return {**value, "parameters": {"p": {"type": "int", "default": 1}}}


def _looping(count: int) -> Json:
    """Chains of five steps, in each of them one loop within another."""
    steps = [step(f"s{n}", "gather") for n in range(count)]
    edges = [edge(f"s{n}.data -> s{n + 1}.data") for n in range(count - 1) if n % 5 < 4]
    starts = range(0, count, 5)
    edges += [edge(f"s{n + 4}.data -> s{n}.data", kind="loop") for n in starts]
    edges += [edge(f"s{n + 3}.data -> s{n + 1}.data", kind="loop") for n in starts]
    return drawing(steps, edges)


def _one_loop(count: int) -> Json:
    value = _chain(count)
    value["steps"][0] = step("s0", "gather")
    return {**value, "edges": [*value["edges"], edge(f"s{count - 1}.data -> s0.data", kind="loop")]}


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


@pytest.mark.parametrize(
    ("shape", "codes"), [(_chain, []), (_fan, []), (_ring, ["cycle"]), (_looping, []), (_one_loop, [])]
)
def test_the_largest_document_is_checked(shape: Callable[[int], Json], codes: list[str]) -> None:
    problems = check(parse(shape(STEPS)), CATALOG, MACHINE)
    assert [problem.code for problem in problems] == codes


@pytest.mark.parametrize("shape", [_chain, _fan, _ring, _referring, _looping, _one_loop])
def test_the_work_of_the_checks_grows_with_the_steps_and_not_faster(shape: Callable[[int], Json]) -> None:
    small, large = shape(100), shape(400)
    few = _calls_in(lambda: check(parse(small), CATALOG, MACHINE))
    many = _calls_in(lambda: check(parse(large), CATALOG, MACHINE))
    assert many < 4.5 * few


@pytest.mark.parametrize(
    ("shape", "scope"),
    [
        *((shape, Scope()) for shape in (_chain, _fan, _referring, _looping, _one_loop)),
        (_one_loop, Scope(mode="from", step_id="s0")),
        (_looping, Scope(mode="failed", of_run="r1")),
    ],
)
def test_the_work_of_planning_grows_with_the_steps_and_not_faster(shape: Callable[[int], Json], scope: Scope) -> None:
    small, large = parse(shape(100)), parse(shape(400))
    request = RunRequest(scope=scope)
    few = _calls_in(lambda: compile_plan(small, CATALOG, MACHINE, request))
    many = _calls_in(lambda: compile_plan(large, CATALOG, MACHINE, request))
    assert many < 4.5 * few


def test_ten_thousand_steps_have_a_plan() -> None:
    made = compile_plan(parse(_looping(10_000), max_steps=None), CATALOG, MACHINE)
    assert (len(made.steps), len(made.loops)) == (10_000, 4_000)
    assert all(loop.body == loop.repeats for loop in made.loops if loop.parent is None)
