"""The database's file before it is opened: made with the right mode, and looked at before anything is written to it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from octopus.domain.errors import StorageUnavailable

MAGIC = b"SQLite format 3\x00"
CHECKED_AT_START_BYTES = 256 * 2**20
"""A larger file is only opened, not read through, so that the server starts in seconds."""


def create_file(path: Path) -> bool:
    """Make an empty file with mode 0600 if there is none; SQLite gives its side files the same mode. Whether there was
    none."""
    is_new = not path.exists()
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.fchmod(descriptor, 0o600)
        os.close(descriptor)
    except OSError as error:
        raise StorageUnavailable(
            f"The database {path} cannot be opened for writing: {error.strerror}. "
            "Check its owner and mode, or choose another --data-dir.",
            code="database_not_writable",
        ) from error
    return is_new


def check_file(path: Path) -> None:
    """Raises StorageUnavailable if the file at `path` is not a whole SQLite database. An empty file is new, unless
    there is something beside it that only an older one can have left."""
    size = path.stat().st_size
    if size == 0:
        _check_that_it_is_new(path)
        return
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            raise _damaged(path, "it does not begin like an SQLite database")
    if size <= CHECKED_AT_START_BYTES:
        _read_through(path)


def _check_that_it_is_new(path: Path) -> None:
    log, attempts = path.with_name(f"{path.name}-wal"), path.with_name("attempts")
    if log.is_file() and log.stat().st_size > 0:
        raise _damaged(path, f"it is empty, but {log.name} is not")
    if attempts.is_dir() and any(attempts.iterdir()):
        raise _damaged(path, f"it is empty, although there have been runs (see {attempts})")


def _read_through(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            verdict = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
            raise StorageUnavailable(f"The database {path} is locked by another program.") from error
        raise _damaged(path, str(error)) from error
    if verdict != "ok":
        raise _damaged(path, " ".join(str(verdict).split()))


def _damaged(path: Path, why: str) -> StorageUnavailable:
    return StorageUnavailable(
        f"The database {path} is damaged: {why}. Nothing was changed. Put a backup back with `octopus restore FILE "
        f"--replace`, or a copy that octopus made before an upgrade (in {path.parent / 'backups'}), or move the file "
        "away to start with an empty database.",
        code="database_damaged",
    )
