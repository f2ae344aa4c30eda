"""Large runs: nothing is recursive, and the cost of a signal does not grow with the run.

Work is counted, not timed, so that a slow machine cannot fail these tests.
"""

import sys
from collections.abc import Callable
from functools import cache, partial

import pytest

from octopus.compiler.plan import Plan
from octopus.domain.fold import fold_all
from octopus.domain.status import RunStatus
from octopus.engine.replay import restore
from tests.support.drawings import Json, edge, plan, step
from tests.support.play import Act, Play

STEPS = 10_000


@cache
def _chain(count: int) -> Plan:
    steps = [step("s0", "source"), *(step(f"s{n}", "pass_on") for n in range(1, count))]
    return plan(steps, [edge(f"s{n}.data -> s{n + 1}.data") for n in range(count - 1)])


@cache
def _fan(count: int) -> Plan:
    middle = [step(f"s{n}", "pass_on") for n in range(count - 2)]
    edges = [edge(f"a.data -> s{n}.data") for n in range(count - 2)]
    edges += [edge(f"s{n}.data -> z.after") for n in range(count - 2)]
    return plan([step("a", "source"), *middle, step("z", "maybe")], edges)


@cache
def _loops_that_meet(count: int) -> Plan:
    """Pairs of steps, each with a loop of its own, that all meet in one step: all loops fire together."""
    pairs = count // 2
    steps = [one for n in range(pairs) for one in (step(f"a{n}", "maybe"), step(f"b{n}", "pass_on"))]
    edges = [one for n in range(pairs) for one in (edge(f"a{n}.data -> b{n}.data"), edge(f"b{n}.data -> z.after"))]
    loops = [_loop_edge(f"b{n}", f"a{n}", limit=2) for n in range(pairs)]
    return plan([*steps, step("z", "maybe")], [*edges, *loops])


@cache
def _iterations(count: int) -> Plan:
    """A loop over ten steps with so many iterations that they make `count` step runs."""
    steps = [step("s0", "maybe"), *(step(f"s{n}", "pass_on") for n in range(1, 10))]
    edges = [edge(f"s{n}.data -> s{n + 1}.data") for n in range(9)]
    return plan(steps, [*edges, _loop_edge("s9", "s0", limit=count // 10)])


def _loop_edge(source: str, target: str, limit: int) -> Json:
    return edge(
        f"{source}.data -> {target}.data", kind="loop", max_iterations=limit, on_limit="continue", id=f"l_{source}"
    )


def _run(play: Play) -> None:
    play.whole()
    assert play.machine.status.is_terminal


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


@pytest.mark.parametrize("shape", [_chain, _fan])
def test_ten_thousand_steps_run_to_the_end(shape: Callable[[int], Plan]) -> None:
    play = Play(shape(STEPS)).whole()
    assert play.machine.status is RunStatus.SUCCEEDED
    assert len(play.starts) == STEPS
    state = fold_all("run1", play.events)
    assert {view.status for view in state.steps} == {"succeeded"}


def test_a_failure_at_the_top_skips_ten_thousand_steps_at_once() -> None:
    play = Play(_chain(STEPS), {"s0": Act(outcome="failed")}).whole()
    kinds = [event.kind for event in play.events]
    assert kinds.count("step.skipped") == STEPS - 1
    assert play.events[-2].kind == "step.skipped"


def test_a_cancel_ends_ten_thousand_waiting_steps_at_once() -> None:
    play = Play(_chain(STEPS)).cancel().run()
    assert [event.kind for event in play.events].count("step.cancelled") == STEPS


def test_three_hundred_iterations_of_ten_steps_run_to_the_end() -> None:
    play = Play(_iterations(3_000)).whole()
    assert play.machine.status is RunStatus.SUCCEEDED
    assert len(play.starts) == 3_000


@pytest.mark.parametrize("shape", [_chain, _fan, _loops_that_meet, _iterations])
def test_the_work_grows_with_the_steps_and_not_faster(shape: Callable[[int], Plan]) -> None:
    small, large = (_calls_in(partial(_run, Play(shape(count)))) for count in (200, 800))
    assert large < 4.5 * small


@pytest.mark.parametrize("shape", [_chain, _iterations])
def test_restoring_a_run_costs_as_much_as_its_events(shape: Callable[[int], Plan]) -> None:
    plays = [Play(shape(count)).whole() for count in (200, 800)]
    small, large = (_calls_in(partial(restore, "run1", play.plan, play.events)) for play in plays)
    assert large < 4.5 * small
