"""Whole copies of databases that others are writing to, and what the copies say."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit

from octopus.domain.status import RunStatus
from octopus.features.backup.refusal import BackupRefused

_ENDED = tuple(status.value for status in RunStatus if status.is_terminal)


def copy_database(source: Path, copy: Path) -> None:
    """A consistent copy of the SQLite database `source` at one moment, proven whole. Writers go on meanwhile."""
    try:
        with (
            closing(sqlite3.connect(f"{source.as_uri()}?mode=rw", uri=True)) as origin,
            closing(sqlite3.connect(copy)) as target,
        ):
            origin.backup(target)
            # One file, without a log beside it.
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise BackupRefused(f"The database {source} cannot be copied: {error}.", code="cannot_read") from error
    if (fault := fault_of(copy)) is not None:
        raise BackupRefused(
            f"The database {source} is damaged: {fault}. Restore an earlier backup with `octopus restore`.",
            code="cannot_read",
        )


def fault_of(database: Path) -> str | None:
    """What `PRAGMA integrity_check` says against the file; None: it is whole."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            verdict = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        return str(error)
    return None if verdict == "ok" else " ".join(verdict.split())


def schema_revision(octopus_database: Path) -> str:
    """Raises BackupRefused for a database that is not octopus'."""
    try:
        with closing(sqlite3.connect(octopus_database)) as connection:
            return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.Error, TypeError) as error:
        raise BackupRefused(f"The database is not one of octopus: {error}.", code="cannot_read") from error


def ended_runs(octopus_database: Path) -> frozenset[str]:
    marks = ", ".join("?" * len(_ENDED))
    with closing(sqlite3.connect(octopus_database)) as connection:
        found = connection.execute(f"SELECT id FROM runs WHERE status IN ({marks})", _ENDED)  # noqa: S608 - only marks
        return frozenset(run_id for (run_id,) in found)


def growing_artifacts(mlflow_database: Path) -> frozenset[Path]:
    """Local artifact folders of MLflow runs that are going on."""
    with closing(sqlite3.connect(mlflow_database)) as connection:
        found = connection.execute("SELECT artifact_uri FROM runs WHERE status IN ('RUNNING', 'SCHEDULED')").fetchall()
    return frozenset(Path(unquote(urlsplit(uri).path)) for (uri,) in found if uri and uri.startswith(("file:", "/")))
