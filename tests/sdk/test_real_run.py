"""A pipeline run from Python with everything real: `mlflow run`, MLflow's store, processes."""

from pathlib import Path

import pytest

from octopus import Pipeline


@pytest.mark.mlflow
def test_a_pipeline_of_one_step_runs_in_this_process_and_leaves_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OCTOPUS_WARM", "false")
    p = Pipeline("Real")
    p.step("ingest", "load", bundled="iris", limit=20, skip_profile=True)
    run = p.run(data_dir=tmp_path / "data", backend="cold")
    assert run.get_artifact("ingested_data").shape == (20, 5)
    assert run.metrics("load")["rows"] == 20
    [step] = run.view().steps
    assert (step.backend, step.backend_reason) == ("cold", None)
