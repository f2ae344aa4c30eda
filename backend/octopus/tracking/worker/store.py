"""Opening MLflow's tracking store: tables made, SQLite in WAL mode, so that the many short-lived `mlflow run` processes
find it ready and do not wait for one another's reads."""

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy
from mlflow import MlflowClient
from sqlalchemy.engine import Engine, make_url


def open_store(tracking_uri: str) -> MlflowClient:
    """For a remote server nothing is asked yet: it may come up later."""
    if tracking_uri.startswith("sqlite:"):
        _set_wal(make_url(tracking_uri).database)
        sqlalchemy.event.listen(Engine, "connect", _synchronous_normal)
    client = MlflowClient(tracking_uri=tracking_uri)
    if not tracking_uri.startswith(("http:", "https:")):
        client.search_experiments(max_results=1)
    return client


def _set_wal(database: str | None) -> None:
    """The mode is kept in the file: every process that opens it later gets it."""
    if not database or database == ":memory:":
        raise ValueError("the tracking store must be a file, so that `mlflow run` processes can reach it")
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(database, timeout=20)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def _synchronous_normal(connection: Any, _record: Any) -> None:
    """Safe against a crash in WAL mode, and halves the time of a write."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
