"""Where things are on this machine."""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path


def places_of(projects: dict[str, Path | None]) -> dict[str, Path]:
    """The folders of the MLflow Projects; ends the program with a sentence if one is not there."""
    places = {project: place or octopus_steps() for project, place in projects.items()}
    for project, place in places.items():
        if not (place / "MLproject").is_file():
            sys.exit(f"The MLflow Project {project!r} is not at {place}: change its place at the top of this file.")
    return places


def octopus_steps() -> Path:
    """The MLflow Project of octopus' own steps, in the installed package; nothing of it is imported."""
    found = os.environ.get("OCTOPUS_STEPS")
    spec = None if found else find_spec("octopus")
    if found is None and (spec is None or spec.origin is None):
        sys.exit("octopus' own steps are not installed here: install octopus, or name their folder in OCTOPUS_STEPS.")
    return Path(found) if found is not None else Path(str(spec and spec.origin)).parent / "steps"


def tracking_uri(folder: Path) -> str:
    """MLFLOW_TRACKING_URI, or a database in `folder`: absolute, since steps run in folders of their own."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{folder / 'mlflow.db'}"


def bin_directory() -> str:
    """Where `mlflow` and the steps' `python` are: OCTOPUS_BIN, or beside the Python that runs this."""
    return os.environ.get("OCTOPUS_BIN") or str(Path(shutil.which(sys.executable) or sys.executable).parent)


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
