"""Earlier runs of the same MLflow experiment that predicted the same target, best first."""

import os
from collections.abc import Mapping
from typing import Any

RUNS_LIMIT = 10
RUNS_READ = 100


def leaderboard(target: str, metric: str, greater_is_better: bool, this: Mapping[str, Any]) -> list[list[object]]:
    """Rows of started at, algorithm, value; `this` run among them. Empty outside of an MLflow run."""
    experiment = os.environ.get("MLFLOW_EXPERIMENT_ID")
    if not experiment or not os.environ.get("MLFLOW_RUN_ID"):
        return []
    from mlflow import MlflowClient

    quoted = target.replace("'", "")
    found = MlflowClient().search_runs(
        [experiment], f"params.target = '{quoted}' and attributes.status = 'FINISHED'", max_results=RUNS_READ
    )
    rows: list[list[object]] = [["this run", this["algorithm"], this["value"]]]
    for run in found:
        if metric in run.data.metrics and "algorithm" in run.data.params:
            name = run.data.tags.get("mlflow.runName", run.info.run_id)
            rows.append([name, run.data.params["algorithm"], run.data.metrics[metric]])
    rows.sort(key=lambda row: float(str(row[2])), reverse=greater_is_better)
    return rows[:RUNS_LIMIT]
