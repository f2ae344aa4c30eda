"""Which files of a data directory belong into a backup, and which do not."""

import os
import stat
from collections.abc import Iterator, Set
from pathlib import Path

OCTOPUS_DATABASE = "octopus.db"
MLFLOW_DATABASE = "mlflow.db"
DATABASES = (OCTOPUS_DATABASE, MLFLOW_DATABASE)
ATTEMPTS = "attempts"
ARTIFACTS = "artifacts"
WHOLE = ("closings", "datasets", "projects", "projects.json")
"""Taken as they are."""
LEFT_OUT = (
    "backups",
    "environments",
    "mlflow-ui.log",
    "octopus.lock",
    "snapshots",
    "token",
    "tracking",
    "warm",
    "warm-backend.log",
)
"""Copies made before upgrades, the lock, what only runs that are going on work with, the secret that lets people in,
what can be built or fetched again."""
INCLUDED = frozenset({*DATABASES, ATTEMPTS, ARTIFACTS, *WHOLE})
_ON_THE_WAY = ".incoming"
_OF_THE_PROCESS = frozenset({"lock", "trap.sh"})
"""Files of an attempt that mean nothing once it has ended."""


def state_files(data_dir: Path, ended_runs: Set[str]) -> Iterator[Path]:
    """Files but the databases and artifacts: what is taken as it is, and the attempts of `ended_runs`."""
    for name in WHOLE:
        yield from _files(data_dir / name)
    for run in sorted(ended_runs):
        for attempt in _entries(data_dir / ATTEMPTS / run):
            yield from (file for file in _entries(attempt) if _is_file(file) and file.name not in _OF_THE_PROCESS)


def artifact_files(data_dir: Path, growing: Set[Path]) -> Iterator[Path]:
    """Artifacts but those below the folders in `growing`, which MLflow runs are still writing."""
    yield from _files(data_dir / ARTIFACTS, growing)


def _files(path: Path, without: Set[Path] = frozenset()) -> Iterator[Path]:
    if _is_file(path):
        yield path
    elif path not in without and not path.is_symlink():
        for entry in _entries(path):
            if entry.name != _ON_THE_WAY:
                yield from _files(entry, without)


def _entries(folder: Path) -> list[Path]:
    """In order of their names; none if the folder is gone."""
    try:
        return sorted(Path(entry) for entry in os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_file(path: Path) -> bool:
    """Links are not followed: what they lead to is not octopus'."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False
