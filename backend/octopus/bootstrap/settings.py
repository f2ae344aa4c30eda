"""Settings: everything a person may decide about a server, read once at start and never changed afterwards."""

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field

from octopus.domain.base import Value
from octopus.execution.backends.protocol import LOG_CAP_BYTES
from octopus.execution.disk import NO_NEW_RUNS_BYTES

LOOPBACK = "127.0.0.1"
DEFAULT_DATA_DIR = Path("~/.local/share/octopus")
"""As a person writes it."""


def default_data_dir() -> Path:
    """Where octopus keeps its data if nobody says otherwise."""
    return DEFAULT_DATA_DIR.expanduser()


def cores() -> int:
    """Cores this process may use (a container or taskset may grant fewer than the machine has)."""
    return len(os.sched_getaffinity(0))


class Settings(Value):
    """`host`: the one address to listen on; `listen_on_all_interfaces` must be set too for an address that others can
    reach. `open_browser` None: where there is one. `token` None: a random one, kept in the data directory.
    `database_url`, `tracking_uri` None: SQLite files in the data directory. `allowed_hosts`: further
    names under which the server may be called.
    """

    host: str = LOOPBACK
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    data_dir: Path = Field(default_factory=default_data_dir)
    open_browser: bool | None = None
    token: Annotated[str, Field(min_length=16, max_length=512, pattern=r"^[A-Za-z0-9._~+/=-]+$")] | None = None
    database_url: str | None = None
    tracking_uri: str | None = None
    warm: bool = True
    """Keep a process with everything imported, from which steps are forked; otherwise each starts anew."""
    max_steps: Annotated[int, Field(ge=1, le=1024)] = Field(default_factory=cores)
    max_active_runs: Annotated[int, Field(ge=1, le=1000)] = 16
    """Runs past the queue at once."""
    max_queued_runs: Annotated[int, Field(ge=0, le=100_000)] = 1000
    """Runs waiting for their turn; one more is refused."""
    max_document_steps: Annotated[int, Field(ge=1, le=100_000)] = 2000
    allowed_hosts: tuple[str, ...] = ()
    listen_on_all_interfaces: bool = False
    cancel_grace_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    """Seconds from the interrupt until what is left of a cancelled step is killed."""
    stop_steps: bool = False
    """End running steps when the server stops. Otherwise they go on, and the next start finds them again."""
    shutdown_grace_s: Annotated[float, Field(gt=0, le=60)] = 0.6
    """Seconds running steps then get to end; the whole stop takes at most 3 s."""
    min_free_bytes: Annotated[int, Field(ge=0)] = NO_NEW_RUNS_BYTES
    """With less free on the disk of the data directory, no new run is taken."""
    log_cap_bytes: Annotated[int, Field(ge=4096)] = LOG_CAP_BYTES
    """About how long the log of one attempt may become; what is printed after that is dropped."""
