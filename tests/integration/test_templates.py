"""The first template from end to end: every step a real `mlflow run`, the figures as measured once (scikit-learn 1.9,
seed 42)."""

from typing import Any

import pytest

from tests.support.api import step_of

pytestmark = [pytest.mark.mlflow, pytest.mark.timeout(900)]


def port_of(view: dict[str, Any], step_id: str, port: str) -> dict[str, Any]:
    """The artifact that a step emitted on a port."""
    found: dict[str, Any] = next(ref for ref in step_of(view, step_id)["artifacts"] if ref["port"] == port)
    return found


def test_hello_iris_names_92_percent_of_the_flowers_rightly(finished_run: dict[str, Any]) -> None:
    assert step_of(finished_run, "evaluate")["metrics"]["accuracy"] == pytest.approx(0.92, abs=0.005)
    assert port_of(finished_run, "split", "train")["rows"] == 112


def test_evaluate_hands_the_model_on_without_a_copy(finished_run: dict[str, Any]) -> None:
    model, judged = port_of(finished_run, "train", "model"), port_of(finished_run, "evaluate", "pass")
    assert judged["digest"] == model["digest"]
    assert judged["uri"] is not None
