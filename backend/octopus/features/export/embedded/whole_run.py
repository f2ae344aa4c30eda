"""A whole pipeline in one process, from its parent run to its exit code."""

import os
import shutil
import signal
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from octopus.features.export.embedded.model import Loop, Step
from octopus.features.export.embedded.pipeline import Pipeline
from octopus.features.export.embedded.tracking import begin_run, client_of

INTERRUPTED = 130
"""Exit code after Ctrl+C, as shells have it."""


def run_pipeline(
    name: str,
    experiment: str,
    parameters: dict[str, str],
    steps: list[Step],
    loops: list[Loop],
    projects: dict[str, Path | None],
    limit_s: float | None,
) -> int:
    """Its exit code: 0 if the run succeeded. `limit_s`: of the whole run, None: none."""
    signal.signal(signal.SIGTERM, interrupt)
    with tempfile.TemporaryDirectory(prefix="octopus-") as folder:
        pipeline = opened(name, experiment, parameters, steps, loops, projects, Path(folder))
        pipeline.limit_s = limit_s
        try:
            pipeline.execute(bin_directory(), cores())
        except KeyboardInterrupt:
            pipeline.client.set_terminated(pipeline.run.mlflow_run_id, "KILLED")
            print("The run was cancelled.", flush=True)
            return INTERRUPTED
        return pipeline.close()


def opened(
    name: str,
    experiment: str,
    parameters: dict[str, str],
    steps: list[Step],
    loops: list[Loop],
    projects: dict[str, Path | None],
    folder: Path,
) -> Pipeline:
    """With its parent run made."""
    places = {project: place or octopus_steps() for project, place in projects.items()}
    for project, place in places.items():
        if not (place / "MLproject").is_file():
            sys.exit(f"The MLflow Project {project!r} is not at {place}: change its place at the top of this file.")
    uri = tracking_uri()
    client = client_of(uri)
    run = begin_run(client, uri, experiment, name, parameters)
    print(f"{name}: run {run.mlflow_run_id} of experiment {experiment!r} at {uri}", flush=True)
    return Pipeline(client, run, steps, loops, places, folder)


def octopus_steps() -> Path:
    """The MLflow Project of octopus' own steps, in the installed package; nothing of it is imported."""
    found = os.environ.get("OCTOPUS_STEPS")
    spec = None if found else find_spec("octopus")
    if found is None and (spec is None or spec.origin is None):
        sys.exit("octopus' own steps are not installed here: install octopus, or name their folder in OCTOPUS_STEPS.")
    return Path(found) if found is not None else Path(str(spec and spec.origin)).parent / "steps"


def tracking_uri() -> str:
    """MLFLOW_TRACKING_URI, or a database in the current folder: absolute, since steps run in folders of their own."""
    return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{Path.cwd() / 'mlflow.db'}"


def bin_directory() -> str:
    """Where `mlflow` and the steps' `python` are: OCTOPUS_BIN, or beside the Python that runs this."""
    return os.environ.get("OCTOPUS_BIN") or str(Path(shutil.which(sys.executable) or sys.executable).parent)


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """A request to end is like Ctrl+C: the step's processes end, and its MLflow runs are closed."""
    raise KeyboardInterrupt
