"""Every step run of a run, earlier attempts and iterations included."""

from octopus.domain.event import Event, RunQueued, StepFailed, StepQueued, StepStarted, StepSucceeded
from octopus.domain.step_runs import step_runs
from tests.fixtures import record_events
from tests.support.drawings import edge, plan, step
from tests.support.play import Act, Play

AT = "2026-01-01T00:00:00.000Z"


def test_an_ordinary_run_has_one_step_run_per_step() -> None:
    steps = [step("a", "source"), step("b", "pass_on")]
    events = Play(plan(steps, [edge("a.data -> b.data")]), {"a": Act(outcome="failed")}).whole().events
    assert [(run.id, run.status.value) for run in step_runs("run1", events)] == [("a", "failed"), ("b", "skipped")]


def test_an_earlier_attempt_stays_as_it_ended() -> None:
    events: list[Event] = [
        RunQueued(seq=1, run_id="r", at=AT, steps=("a", "b")),
        StepQueued(seq=2, run_id="r", at=AT, step_id="a"),
        StepStarted(seq=3, run_id="r", at=AT, step_id="a", backend="cold", mlflow_run_id="m1"),
        StepFailed(seq=4, run_id="r", at=AT, step_id="a", reason="exit code 3: boom", exit_code=3),
        StepQueued(seq=5, run_id="r", at=AT, step_id="a", attempt=2),
        StepSucceeded(seq=6, run_id="r", at=AT, step_id="a", attempt=2),
    ]
    assert [(run.id, run.attempt, run.status.value, run.mlflow_run_id) for run in step_runs("r", events)] == [
        ("a", 1, "failed", "m1"),
        ("b", 1, "pending", None),
        ("a", 2, "succeeded", None),
    ]


def test_every_iteration_of_a_loop_is_listed_as_it_ended() -> None:
    play = record_events.loop_passes_later()
    found = [(run.id, run.iteration, run.status.value) for run in step_runs(record_events.RUN_ID, play.events)]
    assert found == [
        ("ingest", 1, "succeeded"),
        ("split", 1, "succeeded"),
        ("train", 1, "succeeded"),
        ("evaluate", 1, "succeeded"),
        ("retrain", 1, "succeeded"),
        ("deploy", 1, "skipped"),
        ("train", 2, "succeeded"),
        ("evaluate", 2, "succeeded"),
        ("retrain", 2, "skipped"),
        ("deploy", 2, "succeeded"),
    ]
