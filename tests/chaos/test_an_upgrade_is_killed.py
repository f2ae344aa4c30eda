"""The server is killed while it brings an older database up to date, before any of the statements of the upgrade."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from octopus.store.database import Database
from octopus.store.migrations import REVISIONS
from scripts.paths import ROOT

DUMP = ROOT / "tests" / "fixtures" / "data_directories" / f"schema_{REVISIONS[0]}" / "octopus.sql"
COUNTED = ("pipelines", "pipeline_versions", "runs", "events")


def test_wherever_it_is_killed_the_next_start_completes_it_and_nothing_is_missing(tmp_path: Path) -> None:
    with closing(sqlite3.connect(":memory:")) as original:
        original.executescript(DUMP.read_text("utf-8"))
        expected = contents(original)
    subprocess.run([sys.executable, "-m", "tests.chaos.migrating", str(tmp_path), str(DUMP)], cwd=ROOT, check=True)
    *killed, _ = sorted(tmp_path.iterdir())
    assert len(killed) > 10
    for folder in killed:
        before = revision(folder)
        Database.open(folder / "octopus.db").close()
        with closing(sqlite3.connect(folder / "octopus.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert contents(connection) == expected, folder.name
        assert revision(folder) == REVISIONS[-1]
        copies = list((folder / "backups").iterdir()) if before != REVISIONS[-1] else []
        assert before == REVISIONS[-1] or copies, "an upgrade begins with a copy"


def contents(connection: sqlite3.Connection) -> dict[str, int]:
    return {table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in COUNTED}


def revision(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "octopus.db")) as connection:
        found: str = connection.execute("SELECT version_num FROM alembic_version").fetchone()[0]
        return found
