"""ExecutionSettings: what bootstrap decides about how steps run on this machine."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from octopus.execution.backends.protocol import LOG_CAP_BYTES


@dataclass(frozen=True, slots=True)
class ExecutionSettings:
    """`attempts_dir`: where attempts have their directories. `closings_dir`: where MLflow runs that could not be closed
    yet are remembered. `snapshots_dir`: where projects of users are frozen for runs. `environments_dir`: where the
    Python environments are that steps have to themselves. `bin_dir`: the environment's bin
    folder, with `mlflow` in it. `server_env`: the server's own environment, of which steps get what they may see.
    `max_steps`: attempts that run at once, over all runs."""

    attempts_dir: Path
    closings_dir: Path
    datasets_dir: Path
    snapshots_dir: Path
    environments_dir: Path
    bin_dir: Path
    tracking_uri: str
    server_env: Mapping[str, str]
    cores: int
    max_steps: int
    max_active_runs: int = 16
    """Runs past the queue at once; each holds a little memory, `max_steps` bounds the processes."""
    max_queued_runs: int = 1000
    """Runs waiting for their turn; one more is refused with queue_full."""
    cancel_grace_s: float = 10.0
    """From the interrupt until what is left of a step's process tree is killed."""
    tracking_budget_s: float = 60.0
    """How long a tracking call is repeated before an attempt ends without it."""
    closing_retry_s: float = 10.0
    """Between two tries to close MLflow runs that could not be closed."""
    log_cap_bytes: int = LOG_CAP_BYTES
    """About how long the log of one attempt may become; what is printed after that is dropped."""
    min_free_bytes: int = 1024**3
    """With less free on the disk of the data, no new run is taken."""
