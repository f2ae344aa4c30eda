"""The database and the pending closings -> what they refer to. Only reads, also beside a server."""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from octopus.domain.errors import StorageUnavailable
from octopus.domain.status import RunStatus
from octopus.store.migrations import REVISIONS

_ENDED = tuple(status.value for status in RunStatus if status.is_terminal)
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
_WORD = re.compile(r"[A-Za-z0-9_-]{8,}")
_URI = re.compile(r'"uri": ?("(?:[^"\\]|\\.)+")')
_GONE = (
    "SELECT number, record FROM step_results WHERE run_id NOT IN (SELECT id FROM runs) AND number NOT IN "
    "(SELECT original FROM step_results WHERE original IS NOT NULL AND run_id IN (SELECT id FROM runs))"
)


@dataclass(frozen=True, slots=True)
class References:
    """`runs`: every run there is; `ended`: those that have ended, with when. `digests`: hex of every sha256 in a frozen
    plan. `folders`: where results have their outputs, as written and really. `closings`: the text of what is still to
    be closed. `plans_under_way`: of runs that have not ended."""

    runs: frozenset[str]
    ended: dict[str, str]
    digests: frozenset[str]
    folders: frozenset[Path]
    closings: str
    plans_under_way: tuple[str, ...]


def references(database: Path, closings_dir: Path) -> References:
    """Raises StorageUnavailable for a database that is not there, or not one of this version."""
    with connected(database) as connection:
        runs = connection.execute("SELECT id, status, ended_at FROM runs").fetchall()
        plans = connection.execute("SELECT plan, status FROM runs WHERE plan IS NOT NULL").fetchall()
        digests = frozenset(digest for plan, _ in plans for digest in _DIGEST.findall(plan))
        records = connection.execute("SELECT record FROM step_results")
        outputs = [place for (record,) in records if (place := outputs_of(record)) is not None]
    return References(
        runs=frozenset(run_id for run_id, _, _ in runs),
        ended={run_id: ended_at for run_id, status, ended_at in runs if status in _ENDED and ended_at},
        digests=digests,
        folders=frozenset([*outputs, *map(real, outputs)]),
        closings="\n".join(file.read_text("utf-8") for file in sorted(closings_dir.glob("*.json"))),
        plans_under_way=tuple(plan for plan, status in plans if status not in _ENDED),
    )


def names_in_use(database: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Every word of runs, events and results that could be an MLflow run's id; and every artifact's address."""
    words, uris = set[str](), set[str]()
    with connected(database) as connection:
        for (text,) in _texts(connection):
            words.update(_WORD.findall(text))
            uris.update(json.loads(uri) for uri in _URI.findall(text))
    return frozenset(words), frozenset(uris)


def forlorn_results(database: Path) -> Iterator[tuple[int, str]]:
    """Number and record of every result whose run is gone, and that no run has taken over."""
    with connected(database) as connection:
        yield from connection.execute(_GONE).fetchall()


def outputs_of(record: str) -> Path | None:
    """None: elsewhere than on this machine."""
    folder = json.loads(record).get("outputs_dir")
    return None if folder is None else Path(folder)


def real(path: Path) -> Path:
    """The one name of what may have several: a data directory can be reached through links, and over `..`."""
    return Path(os.path.realpath(path))


def connected(database: Path, *, mode: str = "ro") -> "closing[sqlite3.Connection]":
    """A connection to octopus' own database as this version has it. Raises StorageUnavailable."""
    try:
        connection = sqlite3.connect(f"{database.as_uri()}?mode={mode}", uri=True)
        revision = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
    except (sqlite3.Error, TypeError) as error:
        raise StorageUnavailable(f"{database} is not a database of octopus, or cannot be read: {error}.") from error
    if revision != REVISIONS[-1]:
        connection.close()
        raise StorageUnavailable(
            f"{database} has the tables of another version of octopus ({revision}; this one's are {REVISIONS[-1]}). "
            "Start the server once, which upgrades an older one."
        )
    return closing(connection)


def _texts(connection: sqlite3.Connection) -> Iterator[tuple[str]]:
    yield from connection.execute("SELECT coalesce(mlflow_run_id, '') FROM runs")
    yield from connection.execute("SELECT record FROM step_results")
    yield from connection.execute("SELECT payload FROM events")
