"""The environment of an attempt: everything that a step needs, and nothing of the server's secrets."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from octopus.execution.settings import ExecutionSettings

_QUIET = {
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_LOGGING_LEVEL": "ERROR",
    "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
    "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
    "PYTHONUNBUFFERED": "1",
}
"""MLflow says only what a person needs; a line that a step prints is there at once."""

_THREAD_LIMITS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "LOKY_MAX_CPU_COUNT",
)

_NO_THREADS = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""pyarrow's allocator starts one when it is imported."""

_NOT_INHERITED = frozenset(
    {
        "MLFLOW_RUN_ID",
        "MLFLOW_EXPERIMENT_ID",
        "MLFLOW_EXPERIMENT_NAME",
        "MLFLOW_ENTRY_POINT",
        "MLFLOW_RUN_CONTEXT",
        "_MLFLOW_TELEMETRY_SESSION_ID",
    }
)
"""They would make `mlflow run` or the step write into another run, or take themselves for another process."""


@dataclass(frozen=True, slots=True)
class StepSurroundings:
    """What differs from attempt to attempt. `unconnected`: names of the optional input ports without a value.
    `threads`: its share of the cores."""

    run_id: str
    step_id: str
    iteration: int
    attempt: int
    outputs: Path
    events: Path
    unconnected: tuple[str, ...]
    threads: int


def step_environment(settings: ExecutionSettings, step: StepSurroundings) -> dict[str, str]:
    """The whole environment. A thread limit that the server's environment sets is left as it is."""
    common = common_environment(settings)
    threads = {name: common.get(name, str(step.threads)) for name in _THREAD_LIMITS}
    return {
        **common,
        **threads,
        "OCTOPUS_RUN_ID": step.run_id,
        "OCTOPUS_STEP_ID": step.step_id,
        "OCTOPUS_ITERATION": str(step.iteration),
        "OCTOPUS_ATTEMPT": str(step.attempt),
        "OCTOPUS_OUTPUTS": str(step.outputs),
        "OCTOPUS_EVENTS": str(step.events),
        "OCTOPUS_UNCONNECTED": ",".join(step.unconnected),
        "OCTOPUS_DATASETS_DIR": str(settings.datasets_dir),
    }


def common_environment(settings: ExecutionSettings) -> dict[str, str]:
    """What the environments of all steps have in common."""
    inherited = inheritable(settings.server_env)
    return {
        **inherited,
        **_QUIET,
        "PATH": os.pathsep.join(filter(None, (str(settings.bin_dir), inherited.get("PATH", os.defpath)))),
        "MLFLOW_TRACKING_URI": settings.tracking_uri,
    }


def fork_server_environment(settings: ExecutionSettings) -> dict[str, str]:
    """Of the process from which steps are forked: a library that is imported there must not start threads."""
    return {**common_environment(settings), **dict.fromkeys(_THREAD_LIMITS, "1"), **_NO_THREADS}


def inheritable(server_env: Mapping[str, str]) -> dict[str, str]:
    """The server's environment less its own settings: token, database URL and every other OCTOPUS_ variable."""
    return {
        name: value
        for name, value in server_env.items()
        if not name.startswith("OCTOPUS_") and name not in _NOT_INHERITED
    }
