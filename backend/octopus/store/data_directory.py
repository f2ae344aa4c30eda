"""The data directory: private to its owner, and held by one server at a time through a lock file.

A lock is the kernel's (flock): it ends with the process however that ends, so no lock is ever stale.
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from octopus.domain.errors import StorageUnavailable

LOCK_NAME = "octopus.lock"
DATABASE_NAME = "octopus.db"
_LOCK_TRIES = 3
_LONGEST_LOCK_FILE = 4096
_LOCK_PAUSE_S = 0.02
"""A program that only asks whether a server runs holds the lock for a moment."""


class DataDirectory:
    """A claimed data directory. `claim` makes it, `release` gives it back."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor: int | None = descriptor

    @classmethod
    def claim(cls, path: Path) -> "DataDirectory":
        """Make `path` if necessary (mode 0700) and lock it. Raises StorageUnavailable, with what to do, if it cannot
        be written or another server has it."""
        path = path.expanduser().absolute()
        try:
            _make_private(path)
            descriptor = os.open(path / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            _lock(path, descriptor)
            os.fchmod(descriptor, 0o600)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        except BaseException as error:
            os.close(descriptor)
            raise (_unusable(path, error) if isinstance(error, OSError) else error) from error
        return cls(path, descriptor)

    @property
    def database_path(self) -> Path:
        return self.path / DATABASE_NAME

    def folder(self, name: str) -> Path:
        """The folder `name` in the data directory, made (mode 0700) if necessary."""
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def announce(self, url: str) -> None:
        """Tell other programs of this user where the server is that uses the directory."""
        if self._descriptor is not None:
            os.pwrite(self._descriptor, f"{os.getpid()}\n{url}\n".encode(), 0)

    def withdraw(self) -> None:
        """The server is about to be there no more: whoever takes its port next is not to be taken for it."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, len(f"{os.getpid()}\n"))

    def release(self) -> None:
        """Idempotent."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


class RunningServer(NamedTuple):
    """`url` None: it is still starting."""

    pid: int
    url: str | None


def running_server(path: Path) -> RunningServer | None:
    """The server that uses the data directory `path` now; None if none does."""
    with _lock_file(path) as descriptor:
        if descriptor is None:
            return None
        try:
            # Held for microseconds; a server that starts in just that moment tries again.
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return _announced(descriptor)
    return None


def announced_server(path: Path) -> RunningServer | None:
    """What the lock file says, whether or not that server still runs."""
    with _lock_file(path) as descriptor:
        return None if descriptor is None else _announced(descriptor)


@contextmanager
def _lock_file(path: Path) -> Iterator[int | None]:
    """None: there is none. One that somebody else has laid into a shared folder is none either: it would tell where
    tokens are sent to."""
    try:
        descriptor = os.open(path / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        yield None
        return
    try:
        owners = (os.geteuid(), path.stat().st_uid)
        yield descriptor if os.fstat(descriptor).st_uid in owners else None
    finally:
        os.close(descriptor)


def _announced(descriptor: int) -> RunningServer | None:
    text = os.pread(descriptor, _LONGEST_LOCK_FILE, 0).decode("ascii", "replace")
    pid, *rest = text.splitlines() or [""]
    return RunningServer(int(pid), rest[0] if rest else None) if pid.isdigit() else None


def _make_private(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)
    # Somebody may point --data-dir at a folder that is shared on purpose (/tmp): only an own or empty one is closed.
    # Rights are only taken away: who made a folder read-only meant it.
    if (path / LOCK_NAME).exists() or not any(path.iterdir()):
        path.chmod(path.stat().st_mode & 0o700)


def _lock(path: Path, descriptor: int) -> None:
    for _ in range(_LOCK_TRIES):
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOCK_PAUSE_S)
    holder = os.pread(descriptor, 32, 0).decode(errors="replace").partition("\n")[0] or "unknown"
    raise StorageUnavailable(
        f"The data directory {path} is in use by another octopus server (process {holder}). "
        "Stop that server, or start this one with another --data-dir.",
        code="data_directory_in_use",
    )


def _unusable(path: Path, error: OSError) -> StorageUnavailable:
    if error.errno in (errno.ENOLCK, errno.ENOTSUP):
        detail = f"The data directory {path} lies on a file system without locks. Choose one on a local disk."
    else:
        detail = (
            f"The data directory {path} cannot be used: {error.strerror} ({error.filename or path}). "
            "Check its owner and mode, or choose another --data-dir."
        )
    return StorageUnavailable(detail, code="data_directory_unusable")
