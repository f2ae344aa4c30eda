"""A whole pipeline in one process, from its parent run to its exit code."""

import signal
import tempfile
from pathlib import Path
from types import FrameType

from octopus.features.export.embedded.model import Loop, Step
from octopus.features.export.embedded.pipeline import Pipeline
from octopus.features.export.embedded.surroundings import bin_directory, cores, places_of, tracking_uri
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
    places = places_of(projects)
    uri = tracking_uri(Path.cwd())
    client = client_of(uri)
    run = begin_run(client, uri, experiment, name, parameters, Path.cwd())
    print(f"{name}: run {run.mlflow_run_id} of experiment {experiment!r} at {uri}", flush=True)
    return Pipeline(client, run, steps, loops, places, folder)


def interrupt(_number: int, _frame: FrameType | None) -> None:
    """A request to end is like Ctrl+C: the step's processes end, and its MLflow runs are closed."""
    raise KeyboardInterrupt
