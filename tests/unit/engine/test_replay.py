"""A machine restored from a frozen plan and recorded events."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from octopus.compiler.plan import Plan
from octopus.compiler.plan_json import plan_from_json, plan_to_json
from octopus.domain.event import EVENT, Event, StepRetrying, StepStarted, StepSucceeded
from octopus.domain.fold import fold_all
from octopus.engine.commands import CancelAttempt, CloseRun, StartAttempt, WakeAfter
from octopus.engine.machine import RunMachine
from octopus.engine.replay import ReplayDiverged, Restored, restore
from octopus.engine.signals import AttemptFailed, CancelRequested, RunAdmitted, StepRunKey
from tests.fixtures import record_events
from tests.support.drawings import edge, plan, step
from tests.support.invariants import Watch, everything_has_ended
from tests.support.plans import with_policy
from tests.support.play import Act, Play

AT = "2026-01-01T00:00:00.000Z"
RUN_ID = record_events.RUN_ID
B = StepRunKey("b")


def _plan() -> Plan:
    steps = [step("a", "source"), step("b", "pass_on"), step("c", "pass_on"), step("d", "join")]
    edges = [edge("a.data -> b.data"), edge("a.data -> c.data"), edge("b.data -> d.data"), edge("c.data -> d.data")]
    return with_policy(plan(steps, edges, settings={"max_parallel": 1}), "b", retries=1)


def _b_running() -> Play:
    return Play(_plan(), {"b": Act(outcome=None)}).admit().answer_until(StepStarted, "b")


def _restored(play: Play, upto: int | None = None) -> Restored:
    return restore("run1", play.plan, play.events[:upto])


@pytest.mark.parametrize("make", record_events.RUNS, ids=lambda make: make.__name__)
def test_every_prefix_of_every_recorded_run_is_restored(make: Callable[[], Play]) -> None:
    """From the plan and events as they lie in the database: both have been JSON."""
    play = make()
    frozen = plan_from_json(plan_to_json(play.plan))
    events = [EVENT.validate_json(EVENT.dump_json(event)) for event in play.events]
    for cut in range(1, len(events) + 1):
        restored = restore(RUN_ID, frozen, events[:cut])
        assert events[cut : cut + len(restored.missing_events)] == list(restored.missing_events)
        state = fold_all(RUN_ID, [*events[:cut], *restored.missing_events])
        assert restored.machine.status == state.status
    assert restored.machine.is_over
    assert restored.commands == ()


def test_without_any_event_the_machine_has_not_been_queued() -> None:
    restored = restore("run1", _plan(), [])
    assert (restored.commands, restored.missing_events) == ((), ())
    assert [event.kind for event in restored.machine.queued(AT).events] == ["run.queued"]


def test_a_run_in_the_queue_waits_for_its_turn() -> None:
    play = Play(_plan())
    restored = _restored(play)
    assert restored.commands == ()
    assert restored.machine.handle(RunAdmitted(AT, "m")).events[0].seq == 2


def test_the_first_event_keeps_parameters_and_the_run_it_resumes() -> None:
    machine = RunMachine("run1", replace(_plan(), parameters={"x": 1}))
    events = machine.queued(AT, {"x": 2}, of_run="run0").events
    assert restore("run1", replace(_plan(), parameters={"x": 1}), events).missing_events == ()


def test_an_attempt_in_flight_is_outstanding_and_known_to_have_started() -> None:
    play = _b_running()
    restored = _restored(play)
    assert restored.commands == (play.starts[-1],)
    assert restored.under_way == {B}


def test_an_attempt_that_has_not_said_that_it_started_is_outstanding_too() -> None:
    play = _b_running()
    assert isinstance(play.events[-1], StepStarted)
    restored = _restored(play, -1)
    assert restored.commands == (play.starts[-1],)
    assert restored.under_way == frozenset()


def test_an_attempt_that_is_being_cancelled_is_told_so_again() -> None:
    play = _b_running().cancel()
    restored = _restored(play)
    assert restored.commands == (play.starts[-1], CancelAttempt(B))
    assert restored.under_way == {B}


def test_a_back_off_is_waited_for_again() -> None:
    play = Play(_plan(), {"b": Act(outcome="failed")}).admit().answer_until(StepRetrying, "b")
    restored = _restored(play)
    wakes = [command for command in restored.commands if isinstance(command, WakeAfter)]
    assert wakes == play.wakes


def test_a_run_whose_steps_have_all_ended_is_to_be_closed() -> None:
    play = Play(_plan()).whole()
    assert _restored(play, -1).commands == (CloseRun("succeeded", ""),)


def test_a_batch_that_was_cut_short_is_completed() -> None:
    play = Play(_plan()).admit().answer_until(StepSucceeded, "a")
    cut = next(event.seq for event in play.events if isinstance(event, StepSucceeded))
    restored = _restored(play, cut)
    assert [event.kind for event in restored.missing_events] == [
        "edge.delivered",
        "edge.delivered",
        "step.queued",
        "step.queued",
    ]
    assert [command.key.step_id for command in restored.commands if isinstance(command, StartAttempt)] == ["b"]


def test_metrics_and_artifacts_recorded_before_a_batch_was_cut_are_not_recorded_twice() -> None:
    table = record_events.table("data", 3)
    act = Act(metrics={"f1": 0.9, "rows": 3.0}, artifacts=(table,))
    whole = Play(_plan(), {"a": act}).whole()
    for kind in ("step.metric", "step.artifact"):
        cut = next(event.seq for event in whole.events if event.kind == kind)
        play = Play.resumed(_restored(whole, cut), whole.plan, {"a": act}, whole.events[:cut], Watch()).run()
        everything_has_ended(play)
        assert [event.kind for event in play.events] == [event.kind for event in whole.events]


def test_what_a_step_left_that_never_started_is_restored() -> None:
    machine = RunMachine("run1", _plan())
    events = [*machine.queued(AT).events, *machine.handle(RunAdmitted(AT, "m")).events]
    events += machine.handle(AttemptFailed(AT, StepRunKey("a"), "failed", "?", metrics={"f1": 0.1})).events
    assert restore("run1", _plan(), events).missing_events == ()


def test_events_of_another_plan_are_refused() -> None:
    play = Play(_plan()).whole()
    other = plan([step("a", "source"), step("b", "source")])
    with pytest.raises(ReplayDiverged, match=r"Event 1 of run run1 was recorded as run\.queued"):
        restore("run1", other, play.events)


def test_events_that_were_recorded_under_other_rules_are_refused() -> None:
    events: list[Event] = list(Play(_plan()).whole().events)
    for number, event in enumerate(events):
        if isinstance(event, StepSucceeded):
            events[number] = event.model_copy(update={"ports": ()})
    with pytest.raises(ReplayDiverged, match=r"edge\.delivered and is now edge\.dead"):
        restore("run1", _plan(), events)


def test_events_that_follow_from_nothing_are_refused() -> None:
    play = _b_running()
    without_first = [event for event in play.events if event.kind != "run.started"]
    with pytest.raises(ReplayDiverged):
        restore("run1", play.plan, without_first)


def test_a_restored_machine_goes_on_as_if_nothing_had_happened() -> None:
    play = _b_running()
    restored = _restored(play)
    signal = CancelRequested(AT)
    assert restored.machine.handle(signal) == play.machine.handle(signal)
