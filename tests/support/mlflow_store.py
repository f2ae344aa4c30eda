"""What MLflow's SQLite store holds, read without MLflow (whose import takes seconds)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class StoredRun:
    """`start_ms`, `end_ms`: since the epoch; `end_ms` None while it is open."""

    run_id: str
    name: str
    status: str
    experiment: str
    artifact_uri: str
    start_ms: int
    end_ms: int | None
    params: dict[str, str]
    metrics: dict[str, float]
    tags: dict[str, str]


class MlflowStore:
    def __init__(self, database: Path) -> None:
        self._database = database

    def run(self, run_id: str) -> StoredRun:
        return next(run for run in self.runs() if run.run_id == run_id)

    def runs(self) -> list[StoredRun]:
        """All of them, in the order they were started."""
        with self._connected() as connection:
            rows = connection.execute(
                "SELECT run_uuid, runs.name, status, experiments.name, artifact_uri, start_time, end_time "
                "FROM runs JOIN experiments USING (experiment_id) ORDER BY start_time"
            ).fetchall()
            return [
                StoredRun(
                    *row,
                    params=dict(connection.execute("SELECT key, value FROM params WHERE run_uuid = ?", row[:1])),
                    metrics=dict(
                        connection.execute("SELECT key, value FROM latest_metrics WHERE run_uuid = ?", row[:1])
                    ),
                    tags=dict(connection.execute("SELECT key, value FROM tags WHERE run_uuid = ?", row[:1])),
                )
                for row in rows
            ]

    def journal_mode(self) -> str:
        with self._connected() as connection:
            return str(connection.execute("PRAGMA journal_mode").fetchone()[0])

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._database, timeout=20)) as connection:
            yield connection
