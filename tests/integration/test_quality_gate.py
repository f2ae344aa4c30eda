"""The template with the quality gate from end to end: every step a real `mlflow run`, the figures as measured once
(scikit-learn 1.9, seed 42)."""

import httpx
import pytest

from tests.support.api import start_run, step_of, wait_until_over

pytestmark = [pytest.mark.mlflow, pytest.mark.timeout(900)]


def test_the_quality_gate_lets_logistic_pass_and_stops_the_forest(client: httpx.Client) -> None:
    document = next(t["document"] for t in client.get("/api/templates").json()["items"] if t["id"] == "quality_gate")
    run_id = start_run(client, document)
    view = wait_until_over(client, run_id, 600)
    assert view["status"] == "succeeded", view
    assert step_of(view, "gate_logistic")["metrics"]["recall"] == pytest.approx(0.981, abs=0.005)
    assert step_of(view, "gate_forest")["metrics"]["recall"] == pytest.approx(0.925, abs=0.005)
    assert step_of(view, "register_logistic")["status"] == "succeeded"
    forest = step_of(view, "register_forest")
    assert (forest["status"], forest["cause_step"]) == ("skipped", "gate_forest")
    one, other = step_of(view, "train_logistic"), step_of(view, "train_forest")
    assert one["started_at"] < other["ended_at"]
    assert other["started_at"] < one["ended_at"]
    query = "/mlflow/ajax-api/2.0/mlflow/registered-models/alias?name=tumours&alias=champion"
    version = client.get(query).json()["model_version"]
    assert version["run_id"] == one["mlflow_run_id"]
    assert all(step["mlflow_run_id"] for step in view["steps"] if step["status"] == "succeeded")
