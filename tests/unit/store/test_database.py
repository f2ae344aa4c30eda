"""One writer, whole transactions, and a clear word when SQLite refuses."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from octopus.domain.errors import StorageUnavailable
from octopus.store import database as module
from octopus.store.database import Database
from octopus.store.pipelines import SqlPipelineStore
from tests.support.runs import a_document

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 5000)]
)
async def test_every_connection_keeps_sqlites_promises(database: Database, pragma: str, value: object) -> None:
    def look(session: Session) -> object:
        return session.connection().execute(text(f"PRAGMA {pragma}")).scalar()

    assert (await database.read(look), await database.write(look)) == (value, value)


async def test_work_that_raises_leaves_nothing(database: Database) -> None:
    def half_done(session: Session) -> None:
        session.connection().execute(text("INSERT INTO pipelines VALUES ('p', 'n', 'n', 1, '', '')"))
        raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        await database.write(half_done)
    assert (await SqlPipelineStore(database).list_pipelines()).items == ()


async def test_readers_do_not_wait_for_the_writer(database: Database) -> None:
    writing, may_end = threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        session.connection().execute(text("INSERT INTO pipelines VALUES ('p', 'n', 'n', 1, '', '')"))
        writing.set()
        assert may_end.wait(20)

    writer = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(writing.wait, 20)
    assert (await SqlPipelineStore(database).list_pipelines()).items == ()
    may_end.set()
    await writer


async def test_a_lock_held_by_another_program_is_waited_for(database: Database) -> None:
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        saving = asyncio.create_task(SqlPipelineStore(database).create(a_document()))
        done, _ = await asyncio.wait([saving], timeout=0.1)
        assert not done
        other.execute("COMMIT")
        assert (await saving).version == 1


async def test_a_lock_held_for_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUSY_TIMEOUT_S", 0.05)
    database = Database.open(tmp_path / "octopus.db")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable, match="locked") as refusal:
            await SqlPipelineStore(database).create(a_document())
        assert str(database.path) in refusal.value.detail
        assert refusal.value.retry_after_s == 10
        other.execute("ROLLBACK")
    assert (await SqlPipelineStore(database).create(a_document())).version == 1
    database.close()


async def test_a_full_disk_is_told_and_survived(database: Database) -> None:
    async def allow_pages(count: int) -> None:
        # The limit is a connection's own; the pool has only one so far.
        await database.write(lambda session: session.connection().execute(text(f"PRAGMA max_page_count = {count}")))

    store = SqlPipelineStore(database)
    await allow_pages(1)
    with pytest.raises(StorageUnavailable, match="Make room") as refusal:
        await store.create(a_document(steps=2000))
    assert refusal.value.code == "disk_full"
    await allow_pages(2**30)
    assert (await store.create(a_document(steps=2000))).version == 1


async def test_ping_answers_while_the_database_does(database: Database) -> None:
    await database.ping()


async def test_a_database_damaged_while_it_is_open_is_told(database: Database) -> None:
    await SqlPipelineStore(database).create(a_document(steps=50))
    with closing(sqlite3.connect(database.path)) as other:
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(database.path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    database.path.write_bytes(content)
    with pytest.raises(StorageUnavailable, match=r"octopus\.db"):
        await SqlPipelineStore(database).list_pipelines()
