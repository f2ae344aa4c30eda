"""Which environment a step needs: a key over everything that it is made of, as far as that is declared, and its folder.
Two steps that declare the same have the same one, whatever their projects are."""

import hashlib
import json
import os
import platform
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from octopus.catalog.project_files.declared import DeclaredFiles
from octopus.catalog.project_files.digest import project_digest
from octopus.catalog.project_files.environment import installed
from octopus.catalog.project_files.selection import project_files
from octopus.catalog.step_type import EntryPoint, EnvManager, ProjectEnvironment
from octopus.compiler.plan import PlannedStep
from octopus.domain.errors import InvalidProject
from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.environments import layout

ENV_ROOT_VARIABLE = "MLFLOW_ENV_ROOT"
"""Names the folder below which `mlflow run` looks for the environments of uv and virtualenv."""
KEY_LENGTH = 20
"""Hexadecimal digits: the path of the environment's Python stands in the first line of its scripts."""
_MANAGERS: tuple[EnvManager, ...] = ("uv", "virtualenv", "conda")
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

    def note_use(self) -> None:
        """The time of its marker is that of its last use: by it people see what may go."""
        with suppress(OSError):
            os.utime(self.folder / layout.MARKER)

    @property
    def variables(self) -> Mapping[str, str]:
        """By which `mlflow run` finds it, and conda builds it there."""
        return {_ROOT_VARIABLES.get(self.manager, ENV_ROOT_VARIABLE): str(self.folder)}

    @property
    def lock(self) -> Path:
        """Locked (flock) by the server that has it built; beside the folder, which a new build makes anew."""
        return lock_of(self.folder)

    @property
    def build(self) -> AttemptDirectory:
        return AttemptDirectory(self.folder / layout.BUILD)

    @property
    def log(self) -> Path:
        return self.folder / layout.LOG


def lock_of(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.lock")


def wanted_by(step: PlannedStep, source: Path, root: Path) -> Wanted:
    """`source`: the project's files as the run has frozen them; `root`: below which environments are. Reads files.
    Raises InvalidProject."""
    environment = step.entry_point.environment or ProjectEnvironment()
    files = DeclaredFiles(source, environment)
    project = step.code.project if files.names_local_files else None
    key = _key(environment, step.env_manager, files, project)
    return Wanted(root / key, source, step.env_manager, environment, files.names_local_files)


def keys_of(entry_point: EntryPoint) -> frozenset[str]:
    """Names of the folders of the environments that a run begun now could want, whichever manager is found then. Reads
    files. Raises InvalidProject, also where nobody can tell: a run has only the project's own files."""
    environment, source = entry_point.environment, Path(entry_point.project_dir)
    if environment is None:
        return frozenset()
    files = DeclaredFiles(source, environment)
    strange = {name for name, digest in files.digests.items() if digest} - {file.path for file in project_files(source)}
    if strange:
        raise InvalidProject(f"{min(strange)} declares packages of {source}, and is none of its files.")
    project = project_digest(source) if files.names_local_files else None
    managers = _MANAGERS if environment.manager is None else (environment.manager,)
    return frozenset(_key(environment, manager, files, project) for manager in managers)


def _key(environment: ProjectEnvironment, manager: EnvManager, files: DeclaredFiles, project: str | None) -> str:
    parts = {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "mlflow": installed("mlflow"),
        "manager": manager,
        "kind": environment.kind,
        "files": files.digests,
        "project": project,
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:KEY_LENGTH]
