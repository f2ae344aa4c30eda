"""The templates from end to end: every step a real `mlflow run`, the figures as measured once (scikit-learn 1.9,
seed 42)."""

from pathlib import Path
from typing import Any

import pytest

from octopus.catalog.catalog import built_in_catalog
from octopus.catalog.templates import template
from octopus.domain.event import Event, StepStarted, StepSucceeded
from tests.support.engine_room import EngineRoom, real_engine_room, step_of
from tests.support.mlflow_store import MlflowStore

pytestmark = [pytest.mark.anyio, pytest.mark.mlflow, pytest.mark.timeout(900)]


async def test_iris_and_the_quality_gate_reach_their_figures(tmp_path: Path) -> None:
    async with real_engine_room(tmp_path, built_in_catalog()) as room:
        await check_iris(room)
        await check_quality_gate(room)
        assert {run.status for run in MlflowStore(tmp_path / "mlflow.db").runs()} == {"FINISHED"}


async def check_iris(room: EngineRoom) -> None:
    state = await room.over(await room.start(document_of("iris_hello")), 400)
    assert state.status == "succeeded", state
    assert step_of(state, "evaluate").metrics["accuracy"] == pytest.approx(0.92, abs=0.03)
    train = step_of(state, "train")
    model = next(ref for ref in train.artifacts if ref.port == "model")
    judged = next(ref for ref in step_of(state, "evaluate").artifacts if ref.port == "pass")
    assert (judged.digest, judged.uri is None) == (model.digest, False)
    assert next(ref.rows for ref in step_of(state, "split").artifacts if ref.port == "train") == 112


async def check_quality_gate(room: EngineRoom) -> None:
    state = await room.over(await room.start(document_of("quality_gate")), 400)
    assert state.status == "succeeded", state
    assert step_of(state, "gate_logistic").metrics["recall"] == pytest.approx(0.981, abs=0.01)
    assert step_of(state, "gate_forest").metrics["recall"] == pytest.approx(0.925, abs=0.015)
    assert step_of(state, "register_logistic").status == "succeeded"
    assert step_of(state, "register_forest").status == "skipped"
    assert overlapped(room.events(state.id), "train_logistic", "train_forest")


def document_of(template_id: str) -> dict[str, Any]:
    found = template(template_id)
    assert found is not None
    return found.document


def overlapped(events: list[Event], one: str, other: str) -> bool:
    """Whether each began before the other ended."""
    began = {event.step_id: event.seq for event in events if isinstance(event, StepStarted)}
    ended = {event.step_id: event.seq for event in events if isinstance(event, StepSucceeded)}
    return began[one] < ended[other] and began[other] < ended[one]
