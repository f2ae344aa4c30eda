"""A data directory as a server leaves it, small: one run that ended, one that is going on, files of every kind."""

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from octopus.domain.event import Event
from octopus.features.backup.manifest import Manifest
from octopus.features.backup.writing import Source, backup
from octopus.store.database import Database
from octopus.store.pipelines import SqlPipelineStore
from octopus.store.runs import SqlRunStore
from tests.support.runs import QUEUED, a_document, a_record, a_result, events_of

TOKEN = "a-secret-that-lets-people-in"


class Estate:
    """`experiment`, `done`, `open`: artifact locations as MLflow writes them down."""

    def __init__(self, path: Path) -> None:
        path.mkdir(mode=0o700)
        self.path = path
        self.experiment = path / "artifacts" / "e1"
        self.done = self.experiment / "m-done" / "artifacts"
        self.open = self.experiment / "m-open" / "artifacts"
        self.uri = f"{self.done.as_uri()}/out/data.csv"
        self._files()
        self._octopus_database()
        self._mlflow_database()

    def back_up(self, file: Path, **options: Any) -> Manifest:
        return backup(Source(self.path, self.path / "octopus.db"), file, lambda _: None, **options)

    def _files(self) -> None:
        for name, text in {
            "octopus.lock": "",
            "token": TOKEN,
            "mlflow-ui.log": "noise",
            "attempts/done/load.1.1/log": '{"n":1,"text":"hello"}\n',
            "attempts/done/load.1.1/exit.json": "{}",
            "attempts/done/load.1.1/lock": "",
            "attempts/open/load.1.1/log": '{"n":1,"text":"half"}\n',
            "datasets/iris.csv": "a,b\n",
            "datasets/.about/iris.csv.json": "{}",
            "datasets/.incoming/half": "a",
            "projects/abc/run.sh": "#!/bin/sh\n",
            "projects.json": "[]",
            "snapshots/cafe/run.sh": "#!/bin/sh\n",
            "tracking/tracking-worker.log": "noise",
            "artifacts/e1/m-done/artifacts/out/data.csv": "a,b\n1,2\n",
            "artifacts/e1/m-open/artifacts/out/half.csv": "a,",
        }.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        (self.path / "projects/abc/run.sh").chmod(0o755)
        (self.path / "datasets/link").symlink_to("/etc/passwd")

    def _octopus_database(self) -> None:
        artifact = {"kind": "step.artifact", "step_id": "load", "port": "data", "path": "out/data.csv", "uri": self.uri}
        done = events_of("done", QUEUED, "run.started", artifact, "run.succeeded")
        is_open = events_of("open", {"kind": "run.queued", "steps": ("load",)}, "run.started")
        is_open += events_of("open", {"kind": "step.started", "step_id": "load", "backend": "cold"}, after=2)
        result = a_result("done", "load", artifact_uri=self.done.as_uri(), outputs_dir=str(self.done / "out"))
        document = a_document(f"notes on {self.path}/artifacts")

        async def fill(database: Database) -> None:
            await SqlPipelineStore(database).create(document)
            runs = SqlRunStore(database)
            for run_id, events, results in (("done", done, [result]), ("open", is_open, [])):
                await runs.create_run(a_record(run_id), events[:1], None)
                await runs.append(run_id, events[1:], results)

        with_database(self.path / "octopus.db", fill)

    def _mlflow_database(self) -> None:
        with closing(sqlite3.connect(self.path / "mlflow.db")) as connection, connection:
            connection.executescript(
                "CREATE TABLE experiments (experiment_id, artifact_location);"
                "CREATE TABLE runs (run_uuid, status, end_time, artifact_uri);"
                "CREATE TABLE tags (run_uuid, key, value);"
                "CREATE TABLE params (run_uuid, key, value);"
                "CREATE TABLE model_versions (name, source, storage_location);"
            )
            connection.execute("INSERT INTO experiments VALUES (1, ?)", (self.experiment.as_uri(),))
            for run, status, place in (("m-done", "FINISHED", self.done), ("m-open", "RUNNING", self.open)):
                connection.execute("INSERT INTO runs VALUES (?, ?, NULL, ?)", (run, status, place.as_uri()))
                connection.execute("INSERT INTO tags VALUES (?, 'octopus.run_id', 'x')", (run,))
            connection.execute("INSERT INTO runs VALUES ('foreign', 'RUNNING', NULL, 's3://bucket/x')")
            connection.execute("INSERT INTO params VALUES ('m-done', 'path', ?)", (str(self.done),))
            connection.execute("INSERT INTO model_versions VALUES ('m', ?, 'models:/x')", (str(self.done),))


def with_database(path: Path, work: Callable[[Database], Any]) -> Any:
    database = Database.open(path)
    try:
        return asyncio.run(work(database))
    finally:
        database.close()


def events_in(data_dir: Path, run_id: str) -> list[Event]:
    found: list[Event] = with_database(data_dir / "octopus.db", lambda database: SqlRunStore(database).events(run_id))
    return found


def rows(database: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(database)) as connection:
        return connection.execute(query).fetchall()


def json_of(data_dir: Path, table: str, column: str) -> list[Any]:
    return [json.loads(text) for (text,) in rows(data_dir / "octopus.db", f"SELECT {column} FROM {table}")]
