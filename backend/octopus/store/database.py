"""Database: one SQLite file behind a few threads. `read` and `write` turn a function of a Session into an awaitable.

Writes go through one thread, one transaction each, and are on the disk when they return (WAL, synchronous=FULL).
Nothing here knows what is stored.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, create_engine, select

from octopus.domain.errors import StorageUnavailable
from octopus.store.integrity import check_file, create_file
from octopus.store.schema import bring_up_to_date

T = TypeVar("T")

READERS = 3
"""Threads that read at the same time; WAL lets them run beside the one writer."""
BUSY_TIMEOUT_S = 5.0
"""How long a statement waits for another process' lock (a backup, a curious sqlite3 shell) before it gives up."""
NO_ROOM_BYTES = 1024 * 1024
"""With less than this free, an input/output error is taken for a full disk."""


class Database:
    """Made by `Database.open`; `close` ends its threads. Every method raises StorageUnavailable naming the file if
    SQLite does not answer."""

    def __init__(self, path: Path, engine: Engine) -> None:
        self.path = path
        self._engine = engine
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="octopus-write")
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="octopus-read")

    @classmethod
    def open(cls, path: Path) -> "Database":
        """The database in the file `path`, made (mode 0600) or upgraded if necessary. Raises StorageUnavailable, with
        what to do, for a file that is damaged, not octopus', or written by a newer octopus."""
        if not create_file(path):
            check_file(path)
        engine = connect(path)
        try:
            bring_up_to_date(path, engine)
        except DBAPIError as error:
            engine.dispose()
            raise unavailable(path, error) from error
        except BaseException:
            engine.dispose()
            raise
        return cls(path, engine)

    async def read(self, work: Callable[[Session], T]) -> T:
        """`work` on a consistent snapshot."""
        return await self._run(self._readers, work, writes=False)

    async def write(self, work: Callable[[Session], T]) -> T:
        """`work` in one transaction: durable when this returns, without any effect when it raises."""
        return await self._run(self._writer, work, writes=True)

    async def ping(self) -> None:
        """Returns if the database answers."""
        await self.read(lambda session: session.exec(select(1)).one())

    def close(self) -> None:
        """Waits for calls under way. Idempotent."""
        self._writer.shutdown()
        self._readers.shutdown()
        self._engine.dispose()

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[[Session], T], *, writes: bool) -> T:
        return await asyncio.get_running_loop().run_in_executor(pool, self._transact, work, writes)

    def _transact(self, work: Callable[[Session], T], writes: bool) -> T:
        try:
            with (
                self._engine.connect().execution_options(octopus_writes=writes) as connection,
                Session(connection, expire_on_commit=False) as session,
                session.begin(),
            ):
                return work(session)
        except IntegrityError:
            raise
        except DBAPIError as error:
            raise unavailable(self.path, error) from error


def connect(path: Path) -> Engine:
    """An engine whose connections keep SQLite's promises and whose transactions begin where we say."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None, "check_same_thread": False},
        pool_size=READERS + 1,
        max_overflow=0,
    )
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later can be refused in the middle; IMMEDIATE waits at the start.
    writes = connection.get_execution_options().get("octopus_writes", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def unavailable(path: Path, error: DBAPIError) -> StorageUnavailable:
    """What a person is told when SQLite refuses."""
    cause = error.orig if isinstance(error.orig, sqlite3.Error) else error
    if isinstance(cause, sqlite3.Error) and _is_full(path, cause):
        return StorageUnavailable(
            f"The disk of the database {path} is full: nothing can be stored. Make room, and it goes on by itself.",
            code="disk_full",
        )
    return StorageUnavailable(f"The database {path} does not answer: {cause}.")


def _is_full(path: Path, cause: sqlite3.Error) -> bool:
    """SQLite calls it an input/output error when it is its log or its shared memory that cannot grow."""
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    return code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _has_no_room(path))


def _has_no_room(path: Path) -> bool:
    try:
        return shutil.disk_usage(path.parent).free < NO_ROOM_BYTES
    except OSError:
        return False
