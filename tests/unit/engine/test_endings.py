"""How steps and runs end: failures, independent branches, cancel, what the last event carries."""

from dataclasses import replace

import pytest

from octopus.domain.event import ArtifactRef, RunCancelled, RunFailed, RunSucceeded, StepResult, StepStarted
from octopus.domain.fold import fold_all
from octopus.engine.commands import CancelAttempt, CloseRun
from octopus.engine.machine import RunMachine
from octopus.engine.signals import (
    AttemptCancelled,
    AttemptFailed,
    AttemptMeasured,
    AttemptProduced,
    AttemptProgressed,
    AttemptStarted,
    AttemptSucceeded,
    CancelRequested,
    RunAdmitted,
    RunClosed,
    RunTimedOut,
    StepRunKey,
)
from octopus.engine.transition import Transition
from tests.support.drawings import Json, edge, plan, step
from tests.support.play import Act, Play

AT = "2026-01-01T00:00:00.000Z"
A = StepRunKey("a")
EMPTY = Transition((), ())

FORK: tuple[list[Json], list[Json]] = (
    [step("a", "source"), step("b", "pass_on"), step("c", "pass_on"), step("d", "pass_on")],
    [edge("a.data -> b.data"), edge("a.data -> c.data"), edge("b.data -> d.data")],
)


def _statuses(play: Play) -> dict[str, str]:
    return {view.id: view.status.value for view in fold_all("run1", play.events).steps}


def _one_running() -> RunMachine:
    machine = RunMachine("run1", plan([step("a", "source")]))
    machine.queued(AT)
    machine.handle(RunAdmitted(AT, "m"))
    machine.handle(AttemptStarted(AT, A, "cold", "m-a"))
    return machine


@pytest.mark.parametrize(("outcome", "words"), [("failed", "failed"), ("timed_out", "timed out"), ("lost", "was lost")])
def test_a_step_that_ends_badly_skips_its_dependents_and_fails_the_run_while_others_go_on(
    outcome: str, words: str
) -> None:
    play = Play(plan(*FORK), {"b": Act(outcome=outcome, reason="exit code 3: boom")}).whole()
    assert _statuses(play) == {"a": "succeeded", "b": outcome, "c": "succeeded", "d": "skipped"}
    last = play.events[-1]
    assert isinstance(last, RunFailed)
    assert last.reason == f"b {words}: exit code 3: boom"
    assert fold_all("run1", play.events).steps[3].reason == f"not run because b {words}"


def test_the_first_failure_gives_the_runs_reason_and_the_others_are_counted() -> None:
    steps = [step("a", "source"), step("b", "source"), step("c", "source")]
    acts = {name: Act(outcome="failed", reason=f"exit code 1: {name}") for name in "abc"}
    last = Play(plan(steps), acts).whole().events[-1]
    assert isinstance(last, RunFailed)
    assert last.reason == "a failed: exit code 1: a (and 2 more steps)"


def test_a_step_that_cannot_start_is_failed_from_queued() -> None:
    machine = RunMachine("run1", plan([step("a", "source")]))
    machine.queued(AT)
    machine.handle(RunAdmitted(AT, "m"))
    transition = machine.handle(AttemptFailed(AT, A, "failed", "mlflow was not found"))
    assert [event.kind for event in transition.events] == ["step.failed"]
    assert [type(command) for command in transition.commands] == [CloseRun]


def test_the_last_event_carries_the_results_of_every_step_that_ran() -> None:
    model = ArtifactRef(port="data", path="out/data.parquet", rows=3)
    play = Play(plan(*FORK), {"a": Act(metrics={"rows": 3.0}, artifacts=(model,)), "b": Act(outcome="failed")}).whole()
    last = play.events[-1]
    assert isinstance(last, RunFailed)
    assert last.results == {
        "a": StepResult(metrics={"rows": 3.0}, artifacts=(model,), mlflow_run_id="mlflow-a"),
        "b": StepResult(mlflow_run_id="mlflow-b"),
        "c": StepResult(mlflow_run_id="mlflow-c"),
    }


def test_the_run_ends_only_after_its_mlflow_run_is_closed() -> None:
    machine = _one_running()
    closing = machine.handle(AttemptSucceeded(AT, A, frozenset({"data"})))
    assert closing.commands == (CloseRun("succeeded", ""),)
    assert not machine.is_over
    ended = machine.handle(RunClosed(AT, tracking="pending"))
    assert [event.kind for event in ended.events] == ["run.succeeded"]
    assert isinstance(ended.events[0], RunSucceeded)
    assert ended.events[0].tracking == "pending"
    assert machine.is_over


def test_an_attempts_metrics_and_artifacts_come_before_its_end_then_edges_then_what_is_queued() -> None:
    play = Play(plan(*FORK), {"a": Act(metrics={"rows": 3.0}, artifacts=(ArtifactRef(path="x"),))}).admit()
    play.answer_until(StepStarted, "a").answer()
    assert [event.kind for event in play.events[4:]] == [
        "step.metric",
        "step.artifact",
        "step.succeeded",
        "edge.delivered",
        "edge.delivered",
        "step.queued",
        "step.queued",
    ]


def test_a_metric_told_live_is_not_told_again_at_the_end() -> None:
    machine = _one_running()
    machine.handle(AttemptMeasured(AT, A, "loss", float("nan")))
    ended = machine.handle(AttemptSucceeded(AT, A, frozenset(), metrics={"loss": float("nan"), "f1": 1.0}))
    assert [event.name for event in ended.events if event.kind == "step.metric"] == ["f1"]


def test_progress_stays_within_its_bounds() -> None:
    machine = _one_running()
    given = [-1.0, 0.5, 7.0, float("nan"), None]
    events = [machine.handle(AttemptProgressed(AT, A, fraction, "")).events[0] for fraction in given]
    assert [event.fraction for event in events if event.kind == "step.progress"] == [0.0, 0.5, 1.0, None, None]


def test_an_attempt_may_say_what_it_waits_for_before_it_has_started() -> None:
    machine = RunMachine("run1", plan(*FORK))
    machine.queued(AT)
    machine.handle(RunAdmitted(AT, "m"))
    told = machine.handle(AttemptProgressed(AT, A, None, "Building the Python environment (uv)"))
    assert [event.kind for event in told.events] == ["step.progress"]
    assert machine.handle(AttemptProgressed(AT, StepRunKey("b"), None, "not its turn yet")) == EMPTY


def test_cancel_ends_what_has_not_started_and_tells_what_is_under_way_to_end() -> None:
    play = Play(plan(*FORK, settings={"max_parallel": 1}), {"b": Act(outcome=None)}).admit()
    play.answer_until(StepStarted, "b")
    before = len(play.events)
    play.cancel()
    assert [(event.kind, getattr(event, "step_id", "")) for event in play.events[before:]] == [
        ("run.cancelling", ""),
        ("step.cancelled", "c"),
        ("step.cancelled", "d"),
        ("step.cancelling", "b"),
    ]
    play.run()
    last = play.events[-1]
    assert isinstance(last, RunCancelled)
    assert last.reason == "cancelled on request"
    assert _statuses(play) == {"a": "succeeded", "b": "cancelled", "c": "cancelled", "d": "cancelled"}


def test_cancel_wins_over_a_success_not_yet_recorded() -> None:
    machine = _one_running()
    assert machine.handle(CancelRequested(AT)).commands == (CancelAttempt(A),)
    events = machine.handle(AttemptSucceeded(AT, A, frozenset({"data"}), metrics={"rows": 1.0})).events
    assert [event.kind for event in events] == ["step.metric", "step.cancelled"]


def test_a_success_recorded_before_the_cancel_stays() -> None:
    play = Play(plan(*FORK), {"b": Act(outcome=None), "c": Act(outcome=None)}).admit()
    play.answer_until(StepStarted, "c").cancel().run()
    assert _statuses(play)["a"] == "succeeded"


def test_a_failure_of_its_own_during_a_cancel_stays_a_failure_and_the_run_is_cancelled() -> None:
    machine = _one_running()
    machine.handle(CancelRequested(AT))
    ended = machine.handle(AttemptFailed(AT, A, "failed", "exit code 3: boom", 3))
    assert ended.events[0].kind == "step.failed"
    assert ended.commands == (CloseRun("cancelled", "cancelled on request"),)


def test_a_cancel_while_an_attempt_is_being_started_shows_running_then_cancelling() -> None:
    machine = RunMachine("run1", plan([step("a", "source")]))
    machine.queued(AT)
    machine.handle(RunAdmitted(AT, "m"))
    cancelled = machine.handle(CancelRequested(AT))
    assert [event.kind for event in cancelled.events] == ["run.cancelling"]
    assert cancelled.commands == (CancelAttempt(A),)
    late = machine.handle(AttemptStarted(AT, A, "cold", "m-a"))
    assert [event.kind for event in late.events] == ["step.started", "step.cancelling"]
    ended = machine.handle(AttemptCancelled(AT, A, "cancelled on request", -15))
    assert [event.kind for event in ended.events] == ["step.cancelled"]


def test_a_run_cancelled_in_the_queue_never_starts_and_still_closes() -> None:
    machine = RunMachine("run1", plan(*FORK))
    machine.queued(AT)
    cancelled = machine.handle(CancelRequested(AT))
    assert cancelled.commands == (CloseRun("cancelled", "cancelled on request"),)
    assert machine.handle(RunAdmitted(AT, "m")) == EMPTY
    assert [event.kind for event in machine.handle(RunClosed(AT)).events] == ["run.cancelled"]


def test_a_second_cancel_changes_nothing() -> None:
    machine = _one_running()
    machine.handle(CancelRequested(AT))
    assert machine.handle(CancelRequested(AT)) == EMPTY


def test_a_cancel_after_every_step_has_ended_changes_nothing() -> None:
    machine = _one_running()
    machine.handle(AttemptSucceeded(AT, A, frozenset()))
    assert machine.handle(CancelRequested(AT)) == EMPTY
    assert machine.handle(RunClosed(AT)).events[0].kind == "run.succeeded"


def test_signals_after_the_end_change_nothing() -> None:
    machine = _one_running()
    machine.handle(AttemptSucceeded(AT, A, frozenset()))
    machine.handle(RunClosed(AT))
    late = (
        RunAdmitted(AT, "m"),
        AttemptStarted(AT, A, "cold", "m"),
        AttemptSucceeded(AT, A, frozenset()),
        AttemptFailed(AT, A, "lost", "?"),
        CancelRequested(AT),
        RunClosed(AT),
    )
    assert [machine.handle(signal) for signal in late] == [EMPTY] * len(late)


def test_signals_about_other_attempts_change_nothing() -> None:
    machine = _one_running()
    for key in (StepRunKey("a", attempt=2), StepRunKey("a", iteration=2), StepRunKey("nowhere")):
        assert machine.handle(AttemptSucceeded(AT, key, frozenset())) == EMPTY
        assert machine.handle(AttemptFailed(AT, key, "failed", "?")) == EMPTY


def test_a_step_stopped_from_outside_ends_its_run_as_cancelled() -> None:
    machine = _one_running()
    ended = machine.handle(AttemptCancelled(AT, A, "the server is stopping", -15))
    assert ended.commands == (CloseRun("cancelled", "a was cancelled: the server is stopping"),)


def test_a_run_out_of_time_is_ended_like_a_cancelled_one_and_failed() -> None:
    limited = replace(plan(*FORK), timeout_s=31_536_000.0)
    play = Play(limited, {"b": Act(outcome=None)}).admit().answer_until(StepStarted, "b").time_out().run()
    last = play.events[-1]
    assert isinstance(last, RunFailed)
    assert last.reason == "the run reached its time limit of 31536000 s"
    assert [event.cause for event in play.events if event.kind == "run.cancelling"] == ["timeout"]
    assert _statuses(play) == {"a": "succeeded", "b": "cancelled", "c": "cancelled", "d": "cancelled"}


def test_whichever_comes_first_of_cancel_and_time_limit_decides_how_the_run_ends() -> None:
    machine = _one_running()
    assert machine.handle(RunTimedOut(AT)).commands == (CancelAttempt(A),)
    assert machine.handle(CancelRequested(AT)) == EMPTY
    ended = machine.handle(AttemptCancelled(AT, A, "cancelled on request", -15))
    assert ended.commands == (CloseRun("failed", "the run reached its time limit"),)
    machine = _one_running()
    machine.handle(CancelRequested(AT))
    assert machine.handle(RunTimedOut(AT)) == EMPTY
    ended = machine.handle(AttemptCancelled(AT, A, "cancelled on request", -15))
    assert ended.commands == (CloseRun("cancelled", "cancelled on request"),)


def test_a_time_limit_reached_when_every_step_has_ended_changes_nothing() -> None:
    machine = _one_running()
    machine.handle(AttemptSucceeded(AT, A, frozenset()))
    assert machine.handle(RunTimedOut(AT)) == EMPTY


def test_an_artifact_told_before_the_end_is_not_told_again() -> None:
    machine = _one_running()
    table = ArtifactRef(port="data", path="out/data.parquet", rows=3)
    assert [event.kind for event in machine.handle(AttemptProduced(AT, A, table)).events] == ["step.artifact"]
    ended = machine.handle(AttemptSucceeded(AT, A, frozenset({"data"}), artifacts=(table,)))
    assert [event.kind for event in ended.events] == ["step.succeeded"]
