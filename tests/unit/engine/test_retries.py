"""Retries: who gets another attempt, after how long, and what happens meanwhile."""

from dataclasses import replace

import pytest

from octopus.compiler.plan import Plan
from octopus.domain.event import RunFailed, StepRetrying
from octopus.domain.fold import fold_all
from octopus.domain.run import StepRunView
from octopus.domain.step_runs import step_runs
from octopus.engine.commands import CloseRun, StartAttempt, WakeAfter
from octopus.engine.machine import RunMachine
from octopus.engine.rules.retry import LONGEST_DELAY_S, delay_s
from octopus.engine.signals import AttemptFailed, AttemptStarted, CancelRequested, RetryDue, RunAdmitted, StepRunKey
from octopus.engine.transition import Transition
from tests.support.drawings import edge, plan, step
from tests.support.invariants import Watch, everything_has_ended
from tests.support.plans import Loop, with_loops, with_policy, with_step
from tests.support.play import Act, Acts, Play

AT = "2026-01-01T00:00:00.000Z"
FAILED, DONE = Act(outcome="failed"), Act()
ENDINGS = ["failed", "timed_out", "lost"]


def _chain(**policy: object) -> Plan:
    """`a` with this policy, then `b`."""
    forward = plan([step("a", "source"), step("b", "pass_on")], [edge("a.data -> b.data")])
    return with_policy(forward, "a", **policy)


def _play(retried: Plan, acts: Acts) -> Play:
    play = Play(retried, acts, after_signal=Watch()).whole()
    everything_has_ended(play)
    return play


def _view(play: Play, step_id: str) -> StepRunView:
    return next(view for view in fold_all("run1", play.events).steps if view.id == step_id)


@pytest.mark.parametrize("outcome", ENDINGS)
def test_whatever_the_bad_ending_another_attempt_follows_and_may_succeed(outcome: str) -> None:
    play = _play(_chain(retries=2), {"a": (Act(outcome=outcome), DONE)})
    assert (_view(play, "a").status, _view(play, "a").attempt) == ("succeeded", 2)
    assert _view(play, "b").status == "succeeded"
    assert play.events[-1].kind == "run.succeeded"


def test_when_no_attempt_is_left_the_step_has_failed() -> None:
    play = _play(_chain(retries=2), {"a": FAILED})
    assert [start.key.attempt for start in play.starts] == [1, 2, 3]
    assert (_view(play, "a").status, _view(play, "a").attempt) == ("failed", 3)
    assert _view(play, "b").reason == "not run because a failed"
    last = play.events[-1]
    assert isinstance(last, RunFailed)
    assert last.reason == "a failed: exit code 3: boom"


def test_without_retries_there_is_one_attempt() -> None:
    assert [start.key.attempt for start in _play(_chain(), {"a": FAILED}).starts] == [1]


@pytest.mark.parametrize(("outcome", "attempts"), [("failed", 2), ("timed_out", 2), ("lost", 1)])
def test_a_lost_step_with_effects_outside_is_never_repeated_by_itself(outcome: str, attempts: int) -> None:
    play = _play(with_step(_chain(retries=1), "a", pure=False), {"a": Act(outcome=outcome)})
    assert len([start for start in play.starts if start.key.step_id == "a"]) == attempts


def test_a_step_that_may_only_be_reused_is_not_retried() -> None:
    play = _play(with_step(_chain(retries=3), "a", mode="reuse"), {"a": FAILED})
    assert len(play.starts) == 1


def test_while_it_waits_the_step_is_queued_and_says_why() -> None:
    play = Play(_chain(retries=1), {"a": FAILED}).admit().answer_until(StepRetrying, "a")
    view = _view(play, "a")
    assert (view.status, view.attempt, view.reason) == ("queued", 2, "attempt 1 of 2 failed: exit code 3: boom")
    assert (view.mlflow_run_id, view.started_at, view.exit_code) == (None, None, None)
    assert play.wakes == [WakeAfter(StepRunKey("a", 1, 2), delay_s("run1", StepRunKey("a"), 1.0))]


def test_while_it_waits_others_have_the_room() -> None:
    forward = plan([step("a", "source"), step("b", "source")], settings={"max_parallel": 1})
    play = Play(with_policy(forward, "a", retries=1), {"a": (FAILED, DONE)}, after_signal=Watch()).admit()
    play.answer_until(StepRetrying, "a")
    assert [start.key.step_id for start in play.starts] == ["a", "b"]


def test_a_retry_takes_its_place_at_the_end_of_the_queue() -> None:
    forward = plan([step(name, "source") for name in "abc"], settings={"max_parallel": 1})
    play = _play(with_policy(forward, "a", retries=1), {"a": (FAILED, DONE)})
    assert [start.key.step_id for start in play.starts] == ["a", "b", "c", "a"]


def test_attempts_begin_at_one_in_every_iteration() -> None:
    forward = plan([step("a", "maybe"), step("pick", "choose")], [edge("a.data -> pick.data")])
    looped = with_loops(with_policy(forward, "a", retries=1), Loop("pick.right -> a.data"))
    acts = {"a": (FAILED, DONE), "pick": (Act(emits=frozenset({"right"})), Act(emits=frozenset()))}
    play = _play(looped, acts)
    assert [start.key for start in play.starts if start.key.step_id == "a"] == [
        StepRunKey("a", 1, 1),
        StepRunKey("a", 1, 2),
        StepRunKey("a", 2, 1),
    ]


def test_a_cancel_while_it_waits_ends_it_and_the_wake_that_comes_later_changes_nothing() -> None:
    machine = RunMachine("run1", _chain(retries=1))
    machine.queued(AT)
    machine.handle(RunAdmitted(AT, "m"))
    machine.handle(AttemptFailed(AT, StepRunKey("a"), "failed", "boom", 1))
    cancelled = machine.handle(CancelRequested(AT))
    assert [(event.kind, getattr(event, "attempt", 0)) for event in cancelled.events if "step" in event.kind] == [
        ("step.cancelled", 2),
        ("step.cancelled", 1),
    ]
    assert [type(command) for command in cancelled.commands] == [CloseRun]
    assert machine.handle(RetryDue(AT, StepRunKey("a", 1, 2))) == Transition((), ())


def test_a_failure_during_a_cancel_is_not_retried() -> None:
    machine = RunMachine("run1", _chain(retries=1))
    machine.queued(AT)
    machine.handle(RunAdmitted(AT, "m"))
    machine.handle(AttemptStarted(AT, StepRunKey("a"), "cold", "m"))
    machine.handle(CancelRequested(AT))
    ended = machine.handle(AttemptFailed(AT, StepRunKey("a"), "failed", "boom", 1))
    assert "step.retrying" not in [event.kind for event in ended.events]


def test_a_wake_that_comes_twice_or_for_another_attempt_changes_nothing() -> None:
    machine = RunMachine("run1", _chain(retries=2))
    machine.queued(AT)
    machine.handle(RunAdmitted(AT, "m"))
    machine.handle(AttemptFailed(AT, StepRunKey("a"), "failed", "boom", 1))
    for wrong in (StepRunKey("a", 1, 1), StepRunKey("a", 1, 3), StepRunKey("a", 2, 2), StepRunKey("b")):
        assert machine.handle(RetryDue(AT, wrong)) == Transition((), ())
    due = machine.handle(RetryDue(AT, StepRunKey("a", 1, 2)))
    assert [event.kind for event in due.events] == ["step.queued"]
    assert [type(command) for command in due.commands] == [StartAttempt]
    assert machine.handle(RetryDue(AT, StepRunKey("a", 1, 2))) == Transition((), ())


def test_the_delay_doubles_up_to_an_hour_with_a_jitter_that_is_always_the_same() -> None:
    keys = [StepRunKey("a", 1, attempt) for attempt in range(1, 101)]
    delays = [delay_s("run1", key, 10.0) for key in keys]
    for number, delay in enumerate(delays):
        whole = min(LONGEST_DELAY_S, 10.0 * 2**number)
        assert 0.5 * whole <= delay <= 1.5 * whole
    assert delays == [delay_s("run1", key, 10.0) for key in keys]
    assert delays != [delay_s("run2", key, 10.0) for key in keys]
    jitters = {round(delay_s("run1", StepRunKey(f"s{n}"), 1.0), 1) for n in range(200)}
    assert {0.5, 1.0, 1.4} <= jitters
    assert delay_s("run1", StepRunKey("a", 1, 100), 0.0) == 0.0


def test_every_attempt_is_kept_as_it_ended() -> None:
    acts = {
        "a": (Act(outcome="failed", metrics={"loss": 9.0}), Act(outcome="timed_out", reason="longer than 5 s"), DONE)
    }
    play = _play(_chain(retries=2), acts)
    assert [
        (run.id, run.attempt, run.status.value, run.reason, run.metrics, run.mlflow_run_id)
        for run in step_runs("run1", play.events)
    ] == [
        ("a", 1, "failed", "exit code 3: boom", {"loss": 9.0}, "mlflow-a"),
        ("b", 1, "succeeded", "", {}, "mlflow-b"),
        ("a", 2, "timed_out", "longer than 5 s", {}, "mlflow-a-1"),
        ("a", 3, "succeeded", "", {}, "mlflow-a-2"),
    ]


@pytest.mark.parametrize("outcome", ENDINGS)
def test_a_failure_that_the_policy_tolerates_is_like_a_branch_not_taken(outcome: str) -> None:
    steps = [step("a", "source"), step("b", "pass_on"), step("c", "pass_on"), step("d", "join")]
    edges = [edge("a.data -> b.data"), edge("b.data -> c.data"), edge("a.data -> d.data"), edge("b.data -> d.data")]
    tolerant = with_policy(plan(steps, edges), "b", on_failure="continue", retries=1)
    play = _play(tolerant, {"b": Act(outcome=outcome)})
    assert [_view(play, name).status for name in "bcd"] == [outcome, "skipped", "succeeded"]
    assert _view(play, "c").cause_step == "b"
    assert play.events[-1].kind == "run.succeeded"


def test_a_tolerant_step_that_is_skipped_since_something_failed_hands_the_failure_on() -> None:
    steps = [step("a", "source"), step("b", "pass_on"), step("c", "source"), step("d", "join")]
    edges = [edge("a.data -> b.data"), edge("b.data -> d.data"), edge("c.data -> d.data")]
    play = _play(with_policy(plan(steps, edges), "b", on_failure="continue"), {"a": FAILED})
    assert [_view(play, name).status for name in "bd"] == ["skipped", "skipped"]
    assert _view(play, "d").cause_step == "a"


def test_a_story_tells_of_every_attempt() -> None:
    story = _play(_chain(retries=1), {"a": FAILED}).machine.story("a")
    assert story == [
        "queued by rule ready: it waits for nothing",
        "started on backend cold",
        "failed: exit code 3: boom",
        f"retried in {delay_s('run1', StepRunKey('a'), 1.0):g} s as attempt 2: attempt 1 of 2 failed",
        "queued for attempt 2: its back-off is over",
        "started on backend cold",
        "failed: exit code 3: boom",
        "no attempts are left after 2",
    ]


def test_the_time_limit_of_a_run_ends_a_back_off_too() -> None:
    limited = replace(_chain(retries=1), timeout_s=1.5)
    play = Play(limited, {"a": FAILED}, after_signal=Watch()).admit().answer_until(StepRetrying, "a").time_out().run()
    everything_has_ended(play)
    view = _view(play, "a")
    assert (view.status, view.reason) == ("cancelled", "the run reached its time limit of 1.5 s")
