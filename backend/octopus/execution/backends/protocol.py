"""Backend: where attempts run. One attempt = one `mlflow run`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from octopus.domain.pipeline import BackendName

LOG_CAP_BYTES = 256 * 1024 * 1024
"""An attempt's log may become this long if nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class AttemptSpec:
    """Everything a backend needs to start an attempt. `directory`: the attempt's own directory, which exists; `cwd`:
    working directory of the process; `env`: its whole environment. `timeout_s`: the attempt is ended after so many
    seconds, None: never; `grace_s`: what it then gets to end by itself. `log_cap_bytes`: about how long the log may
    become; what is printed after that is dropped. `backend`: which one was asked for, None: whichever can;
    `backend_reason`: why not the one that was asked for."""

    directory: Path
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    timeout_s: float | None = None
    log_cap_bytes: int = LOG_CAP_BYTES
    grace_s: float = 10.0
    backend: BackendName | None = None
    backend_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Exit:
    """How an attempt's process ended. `exit_code`: the step's own, negative = killed by that signal, None = unknown.
    `lost`: the machinery died rather than the step; `reason`: how, where that is known. `last_stderr`: the last
    non-empty line that the step wrote on stderr, None if none. `launcher_words`: what `mlflow run` itself said where it
    did not get as far as the step; `launcher_code`: how it ended, negative = killed by that signal. `timed_out`: it was
    ended because of its time limit. `dropped_bytes`: printed after the log was full."""

    exit_code: int | None
    lost: bool = False
    cancelled: bool = False
    last_stderr: str | None = None
    launcher_words: str | None = None
    launcher_code: int | None = None
    timed_out: bool = False
    dropped_bytes: int = 0
    reason: str | None = None


class Attempt(Protocol):
    """A started attempt."""

    @property
    def backend(self) -> str:
        """Which way it went."""
        ...

    @property
    def backend_reason(self) -> str | None:
        """Why not the way that was wished for. None: it is that."""
        ...

    async def wait(self) -> Exit:
        """Returns when the process has ended, its output is in the log to the last line, and no process of its tree
        is left."""
        ...

    async def cancel(self, grace_s: float) -> None:
        """Interrupt the whole process tree; after `grace_s` seconds kill what is left; returns when nothing is
        left. Harmless after the end; a second call may shorten the grace."""
        ...


class Backend(Protocol):
    name: str

    async def start(self, spec: AttemptSpec, log_grew: Callable[[], None]) -> Attempt:
        """Calls `log_grew` after every growth of the attempt's log file. Raises OSError if the process cannot be
        started."""
        ...

    async def reattach(self, directory: Path, log_grew: Callable[[], None]) -> Attempt | None:
        """The attempt in `directory` that an earlier server started, whatever has become of it: one that has ended
        answers its Exit at once, one whose machinery has died a lost one. None: it provably never began and never
        will unless it is started. May be asked any number of times."""
        ...
