"""The MLflow project backend `octopus-warm`: runs a project's entry point as MLflow's local backend does, except that a
plain Python command becomes a fork of this process, which has MLflow imported already. Anyone may use it:
`mlflow run --backend octopus-warm`.

octopus' own `mlflow run`s hand over a configuration with the keys of `OctopusConfig`; without it everything is as with
the local backend.
"""

import logging
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import mlflow
import yaml
from mlflow.entities import RunStatus
from mlflow.exceptions import ExecutionException
from mlflow.projects._project_spec import Project
from mlflow.projects.backend.local import LocalBackend
from mlflow.projects.submitted_run import SubmittedRun
from mlflow.projects.utils import (
    MLFLOW_LOCAL_BACKEND_RUN_ID_CONFIG,
    PROJECT_ENV_MANAGER,
    PROJECT_STORAGE_DIR,
    PROJECT_SYNCHRONOUS,
    fetch_and_validate_project,
    get_entry_point_command,
    get_or_create_run,
    get_run_env_vars,
    load_project,
)
from mlflow.tracking import MlflowClient
from mlflow.utils.databricks_utils import get_databricks_env_vars

from octopus.warm import step_process
from octopus.warm.python_command import PythonCommand, python_command

_LOG = logging.getLogger("mlflow.projects")
_LOCAL = "local"


@dataclass(frozen=True, slots=True)
class OctopusConfig:
    """What octopus hands over in --backend-config. `run_id`, `storage_dir`: what cold `mlflow run` takes as options.
    `exit_code_file`: where the step's own exit code goes; its size is the room for it; `bash_env`: what BASH_ENV was
    before the trap that tells a shell's exit code. None each: as MLflow does."""

    run_id: str | None = None
    storage_dir: str | None = None
    env_manager: str | None = None
    exit_code_file: str | None = None
    bash_env: str | None = None

    @property
    def is_of_octopus(self) -> bool:
        """octopus makes, tags and closes its MLflow runs itself."""
        return self.exit_code_file is not None

    @classmethod
    def of(cls, backend_config: Mapping[str, Any]) -> "OctopusConfig":
        said = backend_config.get("octopus")
        return cls(**said) if isinstance(said, dict) else cls()


class WarmProjectBackend(LocalBackend):  # type: ignore[misc]
    """Loaded by MLflow."""

    def run(
        self,
        project_uri: str,
        entry_point: str,
        params: dict[str, Any],
        version: str | None,
        backend_config: dict[str, Any],
        tracking_uri: str,
        experiment_id: str,
    ) -> SubmittedRun:
        """Returns when the run has ended well. Raises ExecutionException if it failed."""
        config = OctopusConfig.of(backend_config)
        work_dir, project = _project(project_uri, version, entry_point, params, config)
        manager = config.env_manager or backend_config.get(PROJECT_ENV_MANAGER)
        if project.docker_env or not _is_local(manager, project):
            step_process.let_go()
            settings = {**backend_config, PROJECT_SYNCHRONOUS: True, PROJECT_ENV_MANAGER: manager}
            if config.run_id is not None:
                settings[MLFLOW_LOCAL_BACKEND_RUN_ID_CONFIG] = config.run_id
            submitted = super().run(project_uri, entry_point, params, version, settings, tracking_uri, experiment_id)
            return _to_the_end(submitted, config)
        run_id = config.run_id
        if run_id is None:
            created = get_or_create_run(None, project_uri, experiment_id, work_dir, version, entry_point, params)
            run_id = created.info.run_id
        storage_dir = config.storage_dir or backend_config.get(PROJECT_STORAGE_DIR)
        command = " ".join(get_entry_point_command(project, entry_point, params, storage_dir))
        return _to_the_end(_started(command, work_dir, experiment_id, run_id, config), config)


def _project(
    uri: str, version: str | None, entry_point: str, params: dict[str, Any], config: OctopusConfig
) -> tuple[str, Project]:
    """The folder and what its MLproject says, checked. octopus' own projects are folders: those are read once."""
    if not config.is_of_octopus:
        work_dir = fetch_and_validate_project(uri, version, entry_point, params)
        return work_dir, load_project(work_dir)
    slow_loader = yaml.SafeLoader
    try:
        vars(yaml)["SafeLoader"] = getattr(yaml, "CSafeLoader", slow_loader)
        project = load_project(uri)
    finally:
        vars(yaml)["SafeLoader"] = slow_loader
    project.get_entry_point(entry_point)._validate_parameters(params)
    return uri, project


def _started(command: str, work_dir: str, experiment_id: str, run_id: str, config: OctopusConfig) -> SubmittedRun:
    environment = {
        **os.environ,
        **get_run_env_vars(run_id, experiment_id),
        **get_databricks_env_vars(mlflow.get_tracking_uri()),
    }
    plain = python_command(command)
    cwd = os.path.abspath(work_dir)
    if plain is None or not step_process.can_be_forked(plain, cwd, environment):
        from mlflow.projects.backend.local import _run_entry_point

        step_process.let_go()
        submitted: SubmittedRun = _run_entry_point(command, work_dir, experiment_id, run_id)
        return submitted
    _LOG.info("=== Running command '%s' in run with ID '%s' === ", command, run_id)
    return ForkedRun(run_id, plain, cwd, environment, config)


class ForkedRun(SubmittedRun):  # type: ignore[misc]
    """A step as a fork of this process."""

    def __init__(
        self, run_id: str, command: PythonCommand, cwd: str, environment: dict[str, str], config: OctopusConfig
    ) -> None:
        super().__init__()
        self._run_id = run_id
        self._exit_code_file = config.exit_code_file
        self._status: int | None = None
        self._pid = step_process.fork(command, cwd, _after_a_shell(command, environment, cwd, config))

    @property
    def run_id(self) -> str:
        return self._run_id

    def wait(self) -> bool:
        if self._status is None:
            self._status = os.waitpid(self._pid, 0)[1]
            if self._exit_code_file is not None:
                _leave_code(self._exit_code_file, step_process.shell_code(self._status))
        return self._status == 0

    def get_status(self) -> str:
        status = RunStatus.RUNNING
        if self._status is not None:
            status = RunStatus.FINISHED if self._status == 0 else RunStatus.FAILED
        return str(RunStatus.to_string(status))

    def cancel(self) -> None:
        """octopus has interrupted the step too, which may tidy up now; whoever else pressed Ctrl+C wants it to end, as
        with the local backend."""
        if self._status is None:
            if self._exit_code_file is None:
                step_process.interrupt(self._pid)
            self.wait()


def _to_the_end(submitted: SubmittedRun, config: OctopusConfig) -> SubmittedRun:
    run_id = submitted.run_id
    try:
        well = submitted.wait()
    except KeyboardInterrupt:
        _LOG.error("=== Run (ID '%s') interrupted, cancelling run ===", run_id)
        submitted.cancel()
        _close(run_id, "FAILED", config)
        raise
    _close(run_id, "FINISHED" if well else "FAILED", config)
    if not well:
        raise ExecutionException(f"Run (ID '{run_id}') failed")
    _LOG.info("=== Run (ID '%s') succeeded ===", run_id)
    if config.is_of_octopus:
        sys.exit(0)  # MLflow would only tag the run with the backend's name, which octopus has done
    return submitted


def _after_a_shell(
    command: PythonCommand, environment: dict[str, str], cwd: str, config: OctopusConfig
) -> dict[str, str]:
    """As the shell hands it on that MLflow would have started, with the trap taken away again."""
    level = environment.get("SHLVL", "0")
    changed = {"PWD": cwd, "SHLVL": str(int(level) + 1 if level.isdigit() else 1)}
    if program := shutil.which(command.words[0], path=environment.get("PATH", os.defpath)):
        changed["_"] = program
    if config.exit_code_file is not None and config.bash_env is not None:
        changed["BASH_ENV"] = config.bash_env
    elif config.exit_code_file is not None:
        environment = {name: value for name, value in environment.items() if name != "BASH_ENV"}
    return {**environment, **changed}


def _close(run_id: str, status: str, config: OctopusConfig) -> None:
    if config.is_of_octopus:
        return
    client = MlflowClient()
    if not RunStatus.is_terminated(RunStatus.from_string(client.get_run(run_id).info.status)):
        client.set_terminated(run_id, status)


def _is_local(manager: str | None, project: Project) -> bool:
    """A project that asks for no environment runs in this one."""
    return project.env_config_path is None if manager is None else bool(manager == _LOCAL)


def _leave_code(file: str, code: int) -> None:
    """Over what stands there, so that it can be told on a full disk too."""
    path = Path(file)
    with path.open("r+b") as stream:
        stream.write(str(code).encode("ascii").ljust(path.stat().st_size))
