"""A disk that the database has filled: refused with a clear word, nothing damaged; on it goes once there is room."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from octopus.domain.errors import StorageUnavailable
from octopus.store.database import Database
from octopus.store.pipelines import SqlPipelineStore
from tests.support.runs import a_document

pytestmark = pytest.mark.anyio


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """One of two megabytes."""
    if os.getuid() != 0:
        pytest.skip("needs root: a small disk has to be mounted")
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield tmp_path
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def grow(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)


async def fill(store: SqlPipelineStore) -> None:
    for _ in range(100):
        await store.create(a_document(steps=2000))


async def test_a_full_disk_refuses_writing_answers_reading_and_recovers(disk: Path) -> None:
    database = Database.open(disk / "octopus.db")
    store = SqlPipelineStore(database)
    kept = await store.create(a_document("kept", steps=100))
    with pytest.raises(StorageUnavailable) as refusal:
        await fill(store)
    assert (refusal.value.code, str(disk) in refusal.value.detail) == ("disk_full", True)
    assert await store.get(kept.id) == kept
    await database.ping()

    grow(disk)
    assert (await store.create(a_document(steps=2000))).version == 1
    database.close()
    with closing(sqlite3.connect(disk / "octopus.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
