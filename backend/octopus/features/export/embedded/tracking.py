"""MLflow runs: the parent run of the whole, and a child run for each attempt, with clean parameters and tags.
`mlflow run` itself would log parameters in quotes and leave runs open."""

import getpass
import os
import time
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from octopus.features.export.embedded.model import Run, Step

PARAM_LIMIT = 6000
"""Characters that MLflow keeps of a parameter's value."""


def client_of(tracking_uri: str) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=tracking_uri)


def begin_run(
    client: Any,
    tracking_uri: str,
    experiment: str,
    name: str,
    parameters: dict[str, str],
    folder: Path,
    run_id: str | None = None,
) -> Run:
    """Make the parent run. `run_id`: octopus' own name for it, None: a new one. Artifacts of a new experiment get a
    place in `folder`, unless a tracking server keeps them: MLflow's own default depends on where a process was
    started."""
    run_id = run_id or uuid.uuid4().hex
    found = client.get_experiment_by_name(experiment)
    if found is None:
        is_remote = tracking_uri.startswith(("http:", "https:"))
        place = None if is_remote else (folder / "mlartifacts" / run_id).as_uri()
        experiment_id = str(client.create_experiment(experiment, artifact_location=place))
    else:
        experiment_id = str(found.experiment_id)
    tags = {"octopus.run_id": run_id, "octopus.pipeline": name, "mlflow.user": user_name()}
    parent = client.create_run(experiment_id, tags=tags, run_name=name)
    log_params(client, parent.info.run_id, parameters)
    return Run(run_id, experiment_id, parent.info.run_id, tracking_uri)


def begin_child(client: Any, run: Run, step: Step, project: str, key: tuple[int, int], params: dict[str, str]) -> Any:
    """`key`: iteration and attempt."""
    tags = {
        "mlflow.parentRunId": run.mlflow_run_id,
        "mlflow.user": user_name(),
        "mlflow.source.name": project,
        "mlflow.source.type": "PROJECT",
        "mlflow.project.entryPoint": step.entry_point,
        "mlflow.project.backend": "local",
        "octopus.run_id": run.id,
        "octopus.step_id": step.id,
        "octopus.step_type": step.type,
        "octopus.iteration": str(key[0]),
        "octopus.attempt": str(key[1]),
    }
    child = client.create_run(run.experiment_id, tags=tags, run_name=step.title)
    log_params(client, child.info.run_id, params)
    return child


def log_params(client: Any, run_id: str, params: dict[str, str]) -> None:
    from mlflow.entities import Param

    found = [Param(name, value[:PARAM_LIMIT]) for name, value in params.items()]
    for start in range(0, len(found), 100):
        client.log_batch(run_id, params=found[start : start + 100])


def log_metrics(client: Any, run_id: str, metrics: dict[str, float]) -> None:
    from mlflow.entities import Metric as MlflowMetric

    now_ms = int(time.time() * 1000)
    found = [MlflowMetric(name, value, now_ms, 0) for name, value in metrics.items()]
    for start in range(0, len(found), 1000):
        client.log_batch(run_id, metrics=found[start : start + 1000])


def local_folder(artifact_uri: str) -> Path | None:
    """Where a run's artifacts lie on this machine; None if they are elsewhere."""
    if artifact_uri.startswith("file:"):
        return Path(unquote(urlsplit(artifact_uri).path))
    return Path(artifact_uri) if artifact_uri.startswith("/") else None


def user_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def parent_of(client: Any, experiment: str, run_id: str) -> str | None:
    """MLflow's id of a parent run; None if there is none."""
    found = client.get_experiment_by_name(experiment)
    wanted = f"tags.`octopus.run_id` = '{run_id}'"
    runs = client.search_runs([found.experiment_id], wanted) if found is not None else []
    return next((run.info.run_id for run in runs if "mlflow.parentRunId" not in run.data.tags), None)
