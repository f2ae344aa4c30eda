"""The fold of events: the recorded runs, and that folding many at once is the same as one by one."""

import json
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octopus.compiler.compile import compile_plan
from octopus.compiler.parse import parse
from octopus.domain.event import (
    EVENT,
    EdgeDead,
    EdgeDelivered,
    Event,
    StepArtifact,
    StepMetric,
    StepQueued,
    StepSucceeded,
)
from octopus.domain.fold import Folder, fold, fold_all
from octopus.domain.run import RunState
from tests.fixtures import record_events
from tests.support.drawings import CATALOG, MACHINE
from tests.support.examples import examples
from tests.support.play import Play
from tests.support.random_drawings import Example, runs

AT = "2026-01-01T00:00:00.000Z"
RECORDED = sorted(record_events.FOLDER.glob("*.json"))


def _content(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _one_by_one(run_id: str, events: list[Event]) -> RunState:
    return reduce(fold, events, RunState(id=run_id))


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_events_fold_into_the_recorded_state(path: Path) -> None:
    content = _content(path)
    events = [EVENT.validate_python(event) for event in content["events"]]
    assert _one_by_one(content["run_id"], events).model_dump(mode="json") == content["state"]
    assert fold_all(content["run_id"], events).model_dump(mode="json") == content["state"]


@pytest.mark.parametrize("make", record_events.RUNS, ids=lambda make: make.__name__)
def test_the_recorded_files_are_what_the_engine_does_today(make: Any) -> None:
    path = record_events.FOLDER / f"{make.__name__}.json"
    assert path.read_text(encoding="utf-8") == record_events.recorded(make), (
        "run `python -m tests.fixtures.record_events` and look at what changed"
    )


def test_every_recorded_file_is_of_a_run_that_is_still_recorded() -> None:
    assert [path.stem for path in RECORDED] == sorted(make.__name__ for make in record_events.RUNS)


@given(runs(), st.integers(0, 60))
@examples(60)
def test_folding_many_is_folding_one_by_one(example: Example, length: int) -> None:
    events = Play(compile_plan(parse(example.value), CATALOG, MACHINE), example.acts).whole().events[:length]
    assert fold_all("run1", events) == _one_by_one("run1", events)


def test_an_event_folded_in_twice_counts_once() -> None:
    events = [EVENT.validate_python(event) for event in _content(RECORDED[0])["events"]]
    twice = [event for event in events for _ in range(2)]
    assert fold_all("run1", twice) == fold_all("run1", events)
    assert fold(_one_by_one("run1", events), events[2]) == fold_all("run1", events)


def test_an_earlier_event_that_comes_again_changes_nothing() -> None:
    folder = Folder("run1")
    events = Play(compile_plan(parse(_one_step()), CATALOG, MACHINE)).whole().events
    for event in events:
        folder.add(event)
    before = folder.state()
    for event in events:
        assert folder.add(event) == ()
        assert fold(before, event) == before
    assert folder.state() == before


def test_an_edge_that_is_resolved_again_stands_last_with_what_became_of_it() -> None:
    events: list[Event] = [
        EdgeDelivered(seq=1, run_id="run1", at=AT, edge_id="e1"),
        EdgeDelivered(seq=2, run_id="run1", at=AT, edge_id="e2"),
        EdgeDead(seq=3, run_id="run1", at=AT, edge_id="e1", cause="not_taken"),
    ]
    state = fold_all("run1", events)
    assert [(edge.id, edge.status, edge.cause) for edge in state.edges] == [
        ("e2", "delivered", None),
        ("e1", "dead", "not_taken"),
    ]
    assert state == _one_by_one("run1", events)


def test_an_event_about_a_step_that_is_not_in_the_run_only_counts() -> None:
    stray = StepSucceeded(seq=1, run_id="run1", at=AT, step_id="nowhere")
    assert fold(RunState(id="run1"), stray) == fold_all("run1", [stray]) == RunState(id="run1", last_seq=1)


def test_a_step_that_is_queued_again_begins_afresh() -> None:
    folder = Folder("run1")
    for event in Play(compile_plan(parse(_one_step()), CATALOG, MACHINE)).whole().events:
        folder.add(event)
    again = StepQueued(seq=99, run_id="run1", at=AT, step_id="a", iteration=2)
    (view,) = folder.add(again)
    assert (view.status, view.iteration, view.started_at, view.mlflow_run_id) == ("queued", 2, None, None)
    assert folder.state().steps == (view,)


def test_the_latest_value_of_a_metric_and_of_an_artifact_counts() -> None:
    folder = Folder("run1")
    for event in Play(compile_plan(parse(_one_step()), CATALOG, MACHINE)).events:
        folder.add(event)
    folder.add(StepMetric(seq=10, run_id="run1", at=AT, step_id="a", name="loss", value=2.0))
    folder.add(StepMetric(seq=11, run_id="run1", at=AT, step_id="a", name="loss", value="NaN"))
    folder.add(StepArtifact(seq=12, run_id="run1", at=AT, step_id="a", port="data", path="x", rows=1))
    (view,) = folder.add(StepArtifact(seq=13, run_id="run1", at=AT, step_id="a", port="data", path="x", rows=2))
    assert view.metrics == {"loss": "NaN"}
    assert [artifact.rows for artifact in view.artifacts] == [2]


def _one_step() -> dict[str, Any]:
    return {"schema_version": 1, "name": "One", "steps": [{"id": "a", "type": "source"}]}


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_events_survive_json(path: Path) -> None:
    for event in _content(path)["events"]:
        parsed = EVENT.validate_python(event)
        assert EVENT.validate_json(EVENT.dump_json(parsed)) == parsed
