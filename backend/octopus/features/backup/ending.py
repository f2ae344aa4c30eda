"""Runs that were going on when the backup was made -> ended ones, in octopus' database and in MLflow's.

Their processes belong to the server that was backed up: a restored copy starts nothing a second time.
"""

import asyncio
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from octopus.domain.base import timestamp
from octopus.domain.tracking import RUN_TAG
from octopus.engine.abandon import abandon
from octopus.store.database import Database
from octopus.store.runs import SqlRunStore

REASON = "the run was going on when the backup was made"


def end_runs(octopus_database: Path) -> int:
    """Answers how many there were. Brings the database to this version's tables. Raises StorageUnavailable."""
    return asyncio.run(_end_runs(octopus_database))


async def _end_runs(path: Path) -> int:
    database = Database.open(path)
    try:
        store = SqlRunStore(database)
        unfinished = await store.unfinished_runs()
        for run in unfinished:
            events = await store.events(run.id)
            await store.append(run.id, abandon(run.id, events, timestamp(datetime.now(UTC)), REASON))
        return len(unfinished)
    finally:
        database.close()


def end_mlflow_runs(mlflow_database: Path) -> None:
    """Those that octopus made; others may well be going on elsewhere."""
    with closing(sqlite3.connect(mlflow_database)) as connection, connection:
        connection.execute(
            "UPDATE runs SET status = 'KILLED', end_time = ? WHERE status IN ('RUNNING', 'SCHEDULED') "
            "AND run_uuid IN (SELECT run_uuid FROM tags WHERE key = ?)",
            (int(time.time() * 1000), RUN_TAG),
        )
