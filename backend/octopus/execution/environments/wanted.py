"""Which environment a step needs: a key over everything that it is made of, as far as that is declared, and its folder.
Two steps that declare the same have the same one, whatever their projects are."""

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from octopus.catalog.project_files.declared import DeclaredFiles
from octopus.catalog.project_files.environment import installed
from octopus.catalog.step_type import EnvManager, ProjectEnvironment
from octopus.compiler.plan import PlannedStep
from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.environments import layout

ENV_ROOT_VARIABLE = "MLFLOW_ENV_ROOT"
"""Names the folder below which `mlflow run` looks for the environments of uv and virtualenv."""
_KEY_LENGTH = 20
"""Hexadecimal digits: the path of the environment's Python stands in the first line of its scripts."""
_ROOT_VARIABLES: Mapping[EnvManager, str] = {"conda": "CONDA_ENVS_PATH"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """`folder`: where it is, or is to be, and no other is. `source`: the folder with
    the project's files. `needs_project`: something in it is installed from these."""

    folder: Path
    source: Path
    manager: EnvManager
    environment: ProjectEnvironment
    needs_project: bool

    @property
    def is_ready(self) -> bool:
        """It was built to the end, and nobody has taken it, or the Python it was made from, away since."""
        try:
            marker = json.loads((self.folder / layout.MARKER).read_bytes())
            name = marker["name"]
        except (OSError, ValueError, LookupError, TypeError):
            return False
        vital = "conda-meta" if self.manager == "conda" else "bin/python"
        return (self.folder / str(name) / vital).exists()

    @property
    def variables(self) -> Mapping[str, str]:
        """By which `mlflow run` finds it, and conda builds it there."""
        return {_ROOT_VARIABLES.get(self.manager, ENV_ROOT_VARIABLE): str(self.folder)}

    @property
    def lock(self) -> Path:
        """Locked (flock) by the server that has it built; beside the folder, which a new build makes anew."""
        return self.folder.with_name(f"{self.folder.name}.lock")

    @property
    def build(self) -> AttemptDirectory:
        return AttemptDirectory(self.folder / layout.BUILD)

    @property
    def log(self) -> Path:
        return self.folder / layout.LOG


def wanted_by(step: PlannedStep, source: Path, root: Path) -> Wanted:
    """`source`: the project's files as the run has frozen them; `root`: below which environments are. Reads files.
    Raises InvalidProject."""
    environment = step.entry_point.environment or ProjectEnvironment()
    files = DeclaredFiles(source, environment)
    parts = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "mlflow": installed("mlflow"),
        "manager": step.env_manager,
        "kind": environment.kind,
        "files": files.digests,
        "project": step.code.project if files.names_local_files else None,
    }
    key = hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:_KEY_LENGTH]
    return Wanted(root / key, source, step.env_manager, environment, files.names_local_files)
