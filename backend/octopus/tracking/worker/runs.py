"""MLflow runs: made with clean parameters and the tags that MLflow's own UI understands, and closed with their final
status. `mlflow run --run-id` logs neither and flattens the status."""

import getpass
import os
import threading
import uuid
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import Experiment, Param, Run, RunInfo, ViewType
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import RESOURCE_ALREADY_EXISTS, ErrorCode
from mlflow.utils.file_utils import local_file_uri_to_path

from octopus.domain.errors import NotFound
from octopus.domain.tracking import KEY_TAG, RUN_TAG, MlflowStatus, NewRun, TrackedRun

PARAM_LIMIT = 6000
"""Characters that MLflow keeps of a parameter's value."""
_PARAMS_AT_ONCE = 100


class MlflowRuns:
    """`artifact_root`: for experiments made here, unless the tracking server keeps artifacts itself."""

    def __init__(self, client: MlflowClient, tracking_uri: str, artifact_root: Path) -> None:
        self._client = client
        self._artifact_root = None if tracking_uri.startswith(("http:", "https:")) else artifact_root
        self._experiments: dict[str, str] = {}
        self._one_at_a_time = threading.Lock()

    def create(self, new: NewRun, again: bool) -> TrackedRun:
        """`again`: it may exist already, because an earlier call was not answered."""
        experiment_id = self._experiment(new.experiment)
        run = self._with_key(experiment_id, new.key) if again else None
        if run is None:
            try:
                run = self._create(experiment_id, new)
            except MlflowException:
                # Somebody deleted the experiment in MLflow's own UI since it was looked up.
                self._experiments.pop(new.experiment, None)
                experiment_id = self._experiment(new.experiment)
                run = self._create(experiment_id, new)
        params = [Param(name, value[:PARAM_LIMIT]) for name, value in new.params.items()]
        for start in range(0, len(params), _PARAMS_AT_ONCE):
            self._client.log_batch(run.info.run_id, params=params[start : start + _PARAMS_AT_ONCE])
        return TrackedRun(
            run_id=run.info.run_id,
            experiment_id=experiment_id,
            artifact_uri=run.info.artifact_uri,
            artifact_dir=local_directory(run.info.artifact_uri),
        )

    def close(self, run_id: str, status: MlflowStatus, known: RunInfo | None = None) -> None:
        """`known`: how it stood when all that writes to it had ended. Raises NotFound."""
        info = known or get_run(self._client, run_id).info
        if info.status == status or info.lifecycle_stage == "deleted":
            return
        try:
            self._client.set_terminated(run_id, status)
        except MlflowException:
            if known is None:
                raise
            self.close(run_id, status)  # somebody has deleted it meanwhile

    def close_open(self, octopus_run_id: str, status: MlflowStatus) -> None:
        wanted = f"tags.`{RUN_TAG}` = '{octopus_run_id}' and attributes.status = 'RUNNING'"
        experiments = [found.experiment_id for found in self._client.search_experiments(view_type=ViewType.ALL)]
        while found := list(self._client.search_runs(experiments, wanted, max_results=100)):
            for run in found:
                self._client.set_terminated(run.info.run_id, status)

    def _create(self, experiment_id: str, new: NewRun) -> Run:
        tags = {"mlflow.user": _user(), **new.tags, KEY_TAG: new.key}
        if new.parent_run_id is not None:
            tags["mlflow.parentRunId"] = new.parent_run_id
        return self._client.create_run(experiment_id, tags=tags, run_name=new.name)

    def _with_key(self, experiment_id: str, key: str) -> Run | None:
        found = self._client.search_runs([experiment_id], f"tags.`{KEY_TAG}` = '{key}'", max_results=1)
        return found[0] if found else None

    def _experiment(self, name: str) -> str:
        with self._one_at_a_time:
            if name not in self._experiments:
                self._experiments[name] = self._make_experiment(name)
            return self._experiments[name]

    def _make_experiment(self, name: str) -> str:
        """Its artifacts get an absolute place: MLflow's default depends on where the process was started."""
        if (existing := self._client.get_experiment_by_name(name)) is not None:
            return self._usable(existing)
        location = (self._artifact_root / uuid.uuid4().hex).as_uri() if self._artifact_root is not None else None
        try:
            return str(self._client.create_experiment(name, artifact_location=location))
        except MlflowException as error:
            if error.error_code != ErrorCode.Name(RESOURCE_ALREADY_EXISTS):
                raise
            return self._usable(self._client.get_experiment_by_name(name))

    def _usable(self, experiment: Experiment) -> str:
        if experiment.lifecycle_stage == "deleted":
            self._client.restore_experiment(experiment.experiment_id)
        return str(experiment.experiment_id)


def local_directory(artifact_uri: str) -> str | None:
    """Where an artifact root lies on this machine; None if it is elsewhere."""
    if artifact_uri.startswith("file:"):
        return str(local_file_uri_to_path(artifact_uri))
    return artifact_uri if artifact_uri.startswith("/") else None


def get_run(client: MlflowClient, run_id: str) -> Run:
    """Raises NotFound."""
    try:
        return client.get_run(run_id)
    except MlflowException as error:
        if error.error_code == "RESOURCE_DOES_NOT_EXIST":
            raise NotFound(f"MLflow has no run {run_id}.") from error
        raise


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())  # a container's user need not have a name
