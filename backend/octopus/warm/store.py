"""The tracking store, opened beforehand: all that is made at its first use is there, the statements included that
SQLAlchemy has to put into words."""

import os
import sqlite3
import sys
import tempfile
import traceback
from contextlib import closing
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking._tracking_service.utils import _get_store
from sqlalchemy import event


def open_store(tracking_uri: str) -> None:
    """For a store that is a local file. Its tables are there afterwards. None of its connections stays open, because
    none may be shared with a fork; each fork then keeps its own, as any process that uses MLflow."""
    MlflowClient(tracking_uri).search_experiments(max_results=1)
    engine = getattr(_get_store(tracking_uri), "engine", None)
    if engine is not None:
        engine.dispose()  # practising is not for the file itself
        _practise(tracking_uri, engine)
        engine.dispose()


def _practise(tracking_uri: str, engine: Any) -> None:
    """What a step does, once, in a file of its own that is then thrown away. A failure costs nothing but time."""
    with tempfile.TemporaryDirectory(prefix="octopus-warm-") as folder:
        practice = os.path.join(folder, "practice.db")
        _copy_tables(engine.url.database, practice)

        def connect(dialect: Any, _record: object, _args: object, _options: object) -> Any:
            return dialect.loaded_dbapi.connect(practice)

        event.listen(engine, "do_connect", connect)
        try:
            _use(MlflowClient(tracking_uri), folder)
        except Exception:
            traceback.print_exc(file=sys.stderr)
        finally:
            event.remove(engine, "do_connect", connect)


def _copy_tables(store: str, practice: str) -> None:
    """All of them, empty."""
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(practice)) as target:
        made = source.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
        for (statement,) in made.fetchall():
            target.execute(statement)
        target.commit()


def _use(client: MlflowClient, folder: str) -> None:
    experiment = client.create_experiment("practice", artifact_location=os.path.join(folder, "artifacts"))
    for status in ("FINISHED", "FAILED"):  # what SQLAlchemy learns in the first round it uses in the second
        run_id = client.create_run(experiment, tags={"mlflow.user": "octopus"}).info.run_id
        client.log_batch(run_id, [Metric("m", 1.0, 0, 0)], [Param("p", "1")], [RunTag("t", "1")])
        client.log_metric(run_id, "m", 2.0)
        client.log_param(run_id, "q", "1")
        client.set_tag(run_id, "t", "2")
        client.update_run(run_id, "RUNNING")
        client.log_text(run_id, "text", "file.txt")
        client.get_run(run_id)
        client.get_experiment(experiment)
        client.set_terminated(run_id, status)
