"""The migrations make exactly the tables of tables.py, in one transaction, after a backup."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import SQLModel

from octopus.domain.errors import StorageUnavailable
from octopus.store import migrations, schema
from octopus.store.database import Database, connect
from octopus.store.migrations import REVISIONS
from tests.support.runs import QUEUED, a_record, events_of

FOLDER = Path(migrations.__file__).parent


def tables_of(path: Path) -> dict[str, list[Any]]:
    """Every table of the database with its columns, indexes and foreign keys."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN (?, 'sqlite_sequence')", [VERSION]
        )
        return {name: table_of(connection, name) for (name,) in found}


def table_of(connection: sqlite3.Connection, name: str) -> list[Any]:
    def rows(pragma: str, of: str = name) -> list[Any]:
        return sorted(connection.execute(f"PRAGMA {pragma}('{of}')").fetchall(), key=repr)

    indexes = [(index[1:], rows("index_xinfo", index[1])) for index in rows("index_list")]
    kind = connection.execute("SELECT type, wr, strict FROM pragma_table_list WHERE name = ?", [name]).fetchone()
    sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()[0]
    return [kind, rows("table_xinfo"), sorted(indexes), rows("foreign_key_list"), "AUTOINCREMENT" in sql]


VERSION = "alembic_version"


def test_the_migrations_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    Database.open(tmp_path / "migrated.db").close()
    engine = connect(tmp_path / "created.db")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    migrated = tables_of(tmp_path / "migrated.db")
    assert {"pipelines", "pipeline_versions", "runs", "events", "idempotency_keys", "step_results"} == set(migrated)
    assert migrated == tables_of(tmp_path / "created.db")


def test_alembic_finds_no_difference_either(tmp_path: Path) -> None:
    Database.open(tmp_path / "octopus.db").close()
    engine = connect(tmp_path / "octopus.db")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_the_list_of_revisions_is_the_one_in_the_folder() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    oldest_first = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()][::-1]
    assert tuple(oldest_first) == REVISIONS


def test_a_database_that_is_up_to_date_is_neither_copied_nor_changed(tmp_path: Path) -> None:
    Database.open(tmp_path / "octopus.db").close()
    before = (tmp_path / "octopus.db").read_bytes()
    Database.open(tmp_path / "octopus.db").close()
    assert (tmp_path / "octopus.db").read_bytes() == before
    assert not (tmp_path / "backups").exists()


def test_a_database_of_a_newer_octopus_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "octopus.db"
    Database.open(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(StorageUnavailable, match="newer octopus") as refusal:
        Database.open(path)
    assert refusal.value.code == "database_too_new"
    assert str(path) in refusal.value.detail
    assert path.read_bytes() == before


def test_the_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "octopus.db"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipes (id)")
    with pytest.raises(StorageUnavailable, match="not one of octopus") as refusal:
        Database.open(path)
    assert refusal.value.code == "database_foreign"
    assert set(tables_of(path)) == {"recipes"}


class AnOlderOctopus:
    """Makes this octopus' newest revision the last but one; the last adds a column, then does as it is told."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, folder: Path, then: str = "pass") -> None:
        scripts = folder / "migrations"
        (scripts / "versions").mkdir(parents=True)
        for script in (FOLDER / "env.py", *(FOLDER / "versions").glob("v*.py")):
            (scripts / script.relative_to(FOLDER)).write_text(script.read_text())
        (scripts / "versions" / "v9999_more.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = '9999'\ndown_revision = '{REVISIONS[-1]}'\n\n"
            "def upgrade():\n"
            "    op.add_column('runs', sa.Column('colour', sa.String(), nullable=True))\n"
            f"    {then}\n"
        )
        monkeypatch.setattr(schema, "SCRIPTS", scripts)
        monkeypatch.setattr(schema, "REVISIONS", (*REVISIONS, "9999"))


@pytest.mark.anyio
async def test_an_upgrade_keeps_what_is_stored_and_leaves_a_private_copy_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from octopus.store.runs import SqlRunStore

    path = tmp_path / "octopus.db"
    old = Database.open(path)
    await SqlRunStore(old).create_run(a_record(), events_of("r1", QUEUED), None)
    old.close()
    tables = tables_of(path)

    AnOlderOctopus(monkeypatch, tmp_path)
    new = Database.open(path)
    assert await SqlRunStore(new).events("r1") == events_of("r1", QUEUED)
    new.close()
    assert "colour" in repr(tables_of(path)["runs"])

    (copy,) = (tmp_path / "backups").iterdir()
    assert copy.name.startswith(f"octopus-{REVISIONS[-1]}-")
    assert (copy.stat().st_mode & 0o777, copy.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert tables_of(copy) == tables
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT id FROM runs").fetchall() == [("r1",)]


def test_an_upgrade_that_fails_half_way_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "octopus.db"
    Database.open(path).close()
    tables = tables_of(path)
    AnOlderOctopus(monkeypatch, tmp_path, then="op.execute('INSERT INTO nowhere VALUES (1)')")
    with pytest.raises(StorageUnavailable, match="nowhere"):
        Database.open(path)
    assert tables_of(path) == tables
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(REVISIONS[-1],)]
