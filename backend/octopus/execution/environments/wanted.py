"""Which environment a step needs: a key over everything that it is made of, as far as that is declared, and its folder.
Two steps that declare the same have the same one, whatever their projects are."""

import hashlib
import json
import platform
from dataclasses import dataclass
from pathlib import Path

from octopus.catalog.project_files.declared import DeclaredFiles
from octopus.catalog.project_files.environment import installed
from octopus.catalog.step_type import EnvManager, ProjectEnvironment
from octopus.compiler.plan import PlannedStep
from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.environments import layout

_KEY_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """`folder`: where it is, or is to be; MLflow's MLFLOW_ENV_ROOT for this one environment. `source`: the folder with
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
        return self.manager == "conda" or (self.folder / str(name) / "bin" / "python").exists()

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
