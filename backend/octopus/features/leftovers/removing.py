"""remove(): deletes leftovers, while nobody else may use the data directory."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from octopus.domain.errors import StorageUnavailable
from octopus.execution.environments import layout
from octopus.features.leftovers.environments import Declared
from octopus.features.leftovers.finding import find
from octopus.features.leftovers.leftover import Kind, Leftover
from octopus.features.leftovers.references import connected
from octopus.store.data_directory import DataDirectory


def remove(
    data_dir: Path, database: Path, *, declared: Declared, ended_before: str | None = None
) -> Iterator[Leftover]:
    """Every leftover as it has gone. Raises StorageUnavailable if a server uses the directory, which might be about to
    need what nothing refers to yet; then nothing has changed. Whatever is broken off is taken up by the next time."""
    held = DataDirectory.claim(data_dir)
    try:
        found = find(data_dir, database, declared=declared, ended_before=ended_before)
        rows = [one for one in found if one.path is None]
        _delete_rows(database, rows)
        yield from rows
        for one in found:
            if one.path is None:
                continue
            if one.kind is Kind.ENVIRONMENT:
                _spoil(one.path)
            _delete(one.path)
            yield one
    finally:
        held.release()


def _delete_rows(database: Path, rows: Sequence[Leftover]) -> None:
    if rows:
        with connected(database, mode="rw") as connection, connection:
            connection.executemany("DELETE FROM step_results WHERE number = ?", [(row.number,) for row in rows])


def _spoil(environment: Path) -> None:
    """Half of an environment must not count as a whole one if the rest is not deleted."""
    (environment / layout.MARKER).unlink(missing_ok=True)


def _delete(path: Path) -> None:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageUnavailable(f"{error.filename or path} cannot be deleted: {error.strerror}.") from error
