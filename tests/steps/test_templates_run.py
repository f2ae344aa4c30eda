"""The templates, step by step as real processes against a real MLflow store, reach the figures they promise."""

from pathlib import Path
from typing import Any

import pytest

from octopus.catalog.catalog import Catalog
from octopus.catalog.templates import template
from tests.support.step_processes import StepOutcome, StepRunner, run_document


@pytest.fixture
def play(catalog: Catalog, tmp_path: Path, mlflow_uri: str, mlflow_client: Any, experiment_id: str) -> Any:
    runner = StepRunner(catalog, tmp_path, {"MLFLOW_TRACKING_URI": mlflow_uri, "OMP_NUM_THREADS": "1"})

    def run(template_id: str) -> dict[str, StepOutcome]:
        found = template(template_id)
        assert found is not None
        outcomes = run_document(found.document, runner, mlflow_client, experiment_id)
        failed = {step: outcome.stderr for step, outcome in outcomes.items() if outcome.exit_code != 0}
        assert not failed, failed
        return outcomes

    return run


def test_hello_iris_names_92_percent_of_the_flowers_rightly(play: Any) -> None:
    outcomes = play("iris_hello")
    assert outcomes["evaluate"].metrics["accuracy"] == pytest.approx(0.92, abs=0.005)
    assert "pass" in outcomes["evaluate"].ports


def test_the_quality_gate_lets_logistic_pass_and_stops_the_forest(play: Any, mlflow_client: Any) -> None:
    outcomes = play("quality_gate")
    assert outcomes["gate_logistic"].metrics["recall"] == pytest.approx(0.981, abs=0.005)
    assert outcomes["gate_forest"].metrics["recall"] == pytest.approx(0.925, abs=0.005)
    assert "fail" in outcomes["gate_forest"].ports
    assert "register_forest" not in outcomes
    version = mlflow_client.get_model_version_by_alias("tumours", "champion")
    assert version.run_id == outcomes["train_logistic"].mlflow_run_id
