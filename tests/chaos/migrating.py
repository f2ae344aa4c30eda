"""`python -m tests.chaos.migrating FOLDER DUMP`: upgrades a copy of an older database and is killed before the first
statement, another before the second, and so on until one gets to its end. Each copy has a folder of its own in FOLDER.

One process forks them all, because importing what an upgrade needs takes longer than the upgrade.
"""

import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import alembic.command
from sqlalchemy import Engine, event

from octopus.store.database import Database

assert alembic.command


def main(folder: Path, dump: str) -> None:
    number = 0
    while _ends_before_statement(number, folder / f"{number:03}", dump):
        number += 1


def _ends_before_statement(number: int, folder: Path, dump: str) -> bool:
    """Whether it was killed; False: it had fewer statements and came to its end."""
    folder.mkdir(mode=0o700)
    with closing(sqlite3.connect(folder / "octopus.db")) as connection:
        connection.executescript(dump)
    child = os.fork()
    if child == 0:
        _upgrade(folder / "octopus.db", number)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def _upgrade(path: Path, number: int) -> None:
    left = number

    @event.listens_for(Engine, "before_cursor_execute")
    def count(*_: object) -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    Database.open(path).close()
    os._exit(0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]).read_text("utf-8"))
