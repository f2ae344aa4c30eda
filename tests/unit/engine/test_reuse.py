"""Reuse: an earlier result stands in for an attempt."""

from octopus.domain.event import ArtifactRef, RunSucceeded, StepResult, StepReused
from octopus.domain.fold import fold_all
from octopus.domain.run import ReusedFrom
from octopus.engine.commands import Delivery
from octopus.engine.machine import RunMachine
from octopus.engine.signals import AttemptReused, AttemptSucceeded, CancelRequested, RunAdmitted, RunClosed, StepRunKey
from octopus.engine.transition import Transition
from tests.support.drawings import edge, plan, step
from tests.support.invariants import Watch, everything_has_ended
from tests.support.play import Act, Acts, Play

AT = "2026-01-01T00:00:00.000Z"
A = StepRunKey("a")
TABLE = ArtifactRef(port="data", path="out/data.parquet", rows=3)
REUSED = AttemptReused(AT, A, "run0", "before", 2, frozenset({"data"}), "m0", {"f1": float("nan")}, (TABLE,))


def _play(acts: Acts) -> Play:
    steps = [step("a", "source"), step("pick", "choose"), step("l", "pass_on"), step("r", "pass_on")]
    edges = [edge("a.data -> pick.data"), edge("pick.left -> l.data"), edge("pick.right -> r.data")]
    play = Play(plan(steps, edges), acts, after_signal=Watch()).whole()
    everything_has_ended(play)
    return play


def _queued() -> RunMachine:
    machine = RunMachine("run1", plan([step("a", "source")]))
    machine.queued(AT)
    machine.handle(RunAdmitted(AT, "m"))
    return machine


def test_a_reused_step_delivers_on_the_ports_emitted_then() -> None:
    play = _play({"pick": Act(outcome="reused", emits=frozenset({"right"}))})
    assert {view.id: view.status.value for view in fold_all("run1", play.events).steps} == {
        "a": "succeeded",
        "pick": "reused",
        "l": "skipped",
        "r": "succeeded",
    }
    assert play.starts[-1].inputs == {"data": (Delivery(StepRunKey("pick"), "right"),)}
    assert play.events[-1].kind == "run.succeeded"


def test_it_shows_everything_that_is_known_of_the_original() -> None:
    machine = _queued()
    (event,) = machine.handle(REUSED).events
    assert isinstance(event, StepReused)
    assert (event.from_run, event.from_step, event.from_iteration, event.ports) == ("run0", "before", 2, ("data",))
    assert event.metrics == {"f1": "NaN"}
    view = fold_all("run1", [*RunMachine("run1", plan([step("a", "source")])).queued(AT).events, event]).steps[0]
    assert (view.status, view.mlflow_run_id, view.metrics, view.artifacts) == ("reused", "m0", {"f1": "NaN"}, (TABLE,))
    assert view.reused_from == ReusedFrom(run_id="run0", step_id="before", iteration=2)
    assert (view.started_at, view.ended_at) == (None, AT)


def test_the_last_event_carries_its_result() -> None:
    machine = _queued()
    machine.handle(REUSED)
    (ended,) = machine.handle(RunClosed(AT)).events
    assert isinstance(ended, RunSucceeded)
    assert ended.results == {"a": StepResult(metrics={"f1": "NaN"}, artifacts=(TABLE,), mlflow_run_id="m0")}


def test_cancel_wins_over_a_reuse_that_is_not_recorded_yet() -> None:
    machine = _queued()
    machine.handle(CancelRequested(AT))
    assert [event.kind for event in machine.handle(REUSED).events] == ["step.cancelled"]


def test_an_attempt_that_has_ended_is_not_reused() -> None:
    machine = _queued()
    machine.handle(AttemptSucceeded(AT, A, frozenset({"data"})))
    assert machine.handle(REUSED) == Transition((), ())


def test_a_story_names_the_original() -> None:
    machine = _queued()
    machine.handle(REUSED)
    assert machine.story("a")[-1] == "reused: its result is that of step before, iteration 2, of run run0"
