"""Brings the database's tables to what tables.py says: runs pending migrations in one transaction, after a backup.

Alembic is imported only when there is something to do: an ordinary start neither waits nor pays memory for it.
"""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from octopus.domain.errors import StorageUnavailable
from octopus.store.migrations import REVISIONS

SCRIPTS = Path(__file__).parent / "migrations"


def bring_up_to_date(path: Path, engine: Engine) -> None:
    """Raises StorageUnavailable for a database that a newer octopus, or another program, wrote."""
    with engine.connect() as connection:
        revision = present_revision(path, connection)
    if revision == REVISIONS[-1]:
        return
    if revision is not None:
        back_up(path, revision)
    _migrate(engine)


def present_revision(path: Path, connection: Connection) -> str | None:
    """The revision the database is at; None: it is new."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    revision = connection.scalar(text("SELECT version_num FROM alembic_version")) if "alembic_version" in tables else ""
    if revision not in REVISIONS:
        raise _foreign(path, revision)
    return str(revision)


def _foreign(path: Path, revision: str | None) -> StorageUnavailable:
    if revision:
        return StorageUnavailable(
            f"The database {path} was written by a newer octopus (schema {revision}; this one knows "
            f"{REVISIONS[-1]}). Start the newer octopus, or put back a backup that this one made with `octopus restore "
            f"FILE --replace`, or a copy made before the upgrade (in {path.parent / 'backups'}).",
            code="database_too_new",
        )
    return StorageUnavailable(
        f"The file {path} is an SQLite database, but not one of octopus. Choose another --data-dir.",
        code="database_foreign",
    )


def back_up(path: Path, revision: str) -> Path:
    """A whole copy of the database at `path` in `backups/` beside it, named by its revision and the time."""
    folder = path.parent / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    copy = folder / f"{path.stem}-{revision}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.db"
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _migrate(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
