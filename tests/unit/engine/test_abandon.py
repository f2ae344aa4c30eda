"""What becomes of a run whose server was killed."""

import pytest

from octopus.domain.event import RunFailed, StepQueued, StepRetrying, StepStarted
from octopus.domain.fold import fold_all
from octopus.engine.abandon import abandon
from tests.support.drawings import edge, plan, step
from tests.support.plans import Loop, with_loops, with_policy
from tests.support.play import Act, Play

AT = "2026-01-02T00:00:00.000Z"
STEPS = [step("a", "source"), step("b", "pass_on"), step("c", "pass_on"), step("d", "join")]
EDGES = [edge("a.data -> b.data"), edge("a.data -> c.data"), edge("b.data -> d.data"), edge("c.data -> d.data")]


def _mid_run() -> Play:
    """`a` done, `b` running, `c` waiting for room, `d` pending."""
    acts = {"b": Act(outcome=None)}
    return Play(plan(STEPS, EDGES, settings={"max_parallel": 1}), acts).admit().answer_until(StepStarted, "b")


def test_what_was_under_way_is_lost_and_what_had_not_started_is_skipped() -> None:
    play = _mid_run()
    missing = abandon("run1", play.events, AT, "the server was killed")
    state = fold_all("run1", [*play.events, *missing])
    assert [(view.id, view.status, view.reason) for view in state.steps] == [
        ("a", "succeeded", ""),
        ("b", "lost", "the server was killed"),
        ("c", "skipped", "not run because the server stopped"),
        ("d", "skipped", "not run because the server stopped"),
    ]
    assert (state.status, state.reason) == ("failed", "the server was killed")


def test_the_missing_events_go_on_where_the_recorded_ones_end() -> None:
    play = _mid_run()
    missing = abandon("run1", play.events, AT, "?")
    assert [event.seq for event in (*play.events, *missing)] == list(range(1, len(play.events) + len(missing) + 1))
    last = missing[-1]
    assert isinstance(last, RunFailed)
    assert sorted(last.results) == ["a", "b"]


def test_a_run_that_was_being_cancelled_ends_cancelled() -> None:
    play = _mid_run().cancel()
    kinds = [event.kind for event in abandon("run1", play.events, AT, "?")]
    assert kinds == ["step.lost", "run.cancelled"]


def test_a_run_in_the_queue_fails_without_a_lost_step() -> None:
    play = Play(plan(STEPS, EDGES))
    assert [event.kind for event in abandon("run1", play.events, AT, "?")] == ["step.skipped"] * 4 + ["run.failed"]


def test_a_run_that_has_ended_lacks_nothing() -> None:
    assert abandon("run1", Play(plan(STEPS, EDGES)).whole().events, AT, "?") == ()


def test_a_run_that_was_out_of_time_ends_failed_for_that() -> None:
    play = _mid_run().time_out()
    missing = abandon("run1", play.events, AT, "?")
    assert [event.kind for event in missing] == ["step.lost", "run.failed"]
    assert fold_all("run1", [*play.events, *missing]).reason == "the run reached its time limit"


def test_retries_and_iterations_that_had_not_begun_are_skipped_as_such() -> None:
    looped = with_loops(with_policy(plan(STEPS, EDGES), "b", retries=1), Loop("d.data -> a.after"))
    play = Play(looped, {"b": (Act(), Act(outcome="failed"))}).admit().answer_until(StepRetrying, "b")
    state = fold_all("run1", [*play.events, *abandon("run1", play.events, AT, "killed")])
    skipped = [(view.id, view.iteration, view.attempt) for view in state.steps if view.status == "skipped"]
    assert ("b", 2, 2) in skipped
    assert ("d", 2, 1) in skipped
    assert state.status == "failed"


@pytest.mark.parametrize("step_id", ["a", "b", "c", "d"])
def test_a_run_can_be_abandoned_at_any_moment(step_id: str) -> None:
    play = Play(plan(STEPS, EDGES)).admit().answer_until(StepQueued, step_id)
    state = fold_all("run1", [*play.events, *abandon("run1", play.events, AT, "?")])
    assert state.status == "failed"
    assert all(view.status.is_terminal for view in state.steps)
