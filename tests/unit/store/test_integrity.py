"""A file that is not a whole database is refused by name, with what to do, and not touched."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from octopus.domain.errors import StorageUnavailable
from octopus.store.database import Database


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed database with some pages in it."""
    path = tmp_path / "octopus.db"
    Database.open(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO pipelines VALUES (?, 'n', 'n', 1, '', '')", [(f"{n:0>500}",) for n in range(200)]
        )
    return path


def refusal_of(path: Path) -> StorageUnavailable:
    before = path.read_bytes()
    with pytest.raises(StorageUnavailable) as refusal:
        Database.open(path)
    assert path.read_bytes() == before
    assert str(path) in refusal.value.detail
    return refusal.value


def test_a_damaged_header_is_refused(path: Path) -> None:
    path.write_bytes(b"garbage" + path.read_bytes()[7:])
    refusal = refusal_of(path)
    assert refusal.code == "database_damaged"
    assert "octopus restore FILE --replace" in refusal.detail
    assert "backups" in refusal.detail


@pytest.mark.parametrize("left", [10, 100, 4096, 20_000])
def test_a_truncated_database_is_refused(path: Path, left: int) -> None:
    path.write_bytes(path.read_bytes()[:left])
    assert refusal_of(path).code == "database_damaged"


def test_a_database_with_a_damaged_page_is_refused(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-4096:] = b"\xff" * 4096
    path.write_bytes(content)
    assert refusal_of(path).code == "database_damaged"


def test_a_text_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "octopus.db"
    path.write_text("dear diary\n")
    assert refusal_of(path).code == "database_damaged"


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    (tmp_path / "octopus.db").touch(mode=0o644)
    Database.open(tmp_path / "octopus.db").close()
    assert (tmp_path / "octopus.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("left_behind", ["octopus.db-wal", "attempts/r1"])
def test_an_empty_file_among_what_an_older_one_left_is_refused(tmp_path: Path, left_behind: str) -> None:
    (tmp_path / "attempts").mkdir()
    (tmp_path / left_behind).write_bytes(b"left")
    (tmp_path / "octopus.db").touch()
    refusal = refusal_of(tmp_path / "octopus.db")
    assert (refusal.code, "octopus restore" in refusal.detail) == ("database_damaged", True)


def test_a_database_that_was_moved_away_on_purpose_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "attempts" / "r1").mkdir(parents=True)
    Database.open(tmp_path / "octopus.db").close()


@pytest.mark.parametrize("side_file", ["octopus.db-wal", "octopus.db-shm"])
def test_an_empty_or_missing_side_file_is_no_damage(path: Path, side_file: str) -> None:
    (path.parent / side_file).write_bytes(b"")
    Database.open(path).close()


def test_a_folder_in_the_databases_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "octopus.db").mkdir()
    with pytest.raises(StorageUnavailable, match=r"octopus\.db cannot be opened") as refusal:
        Database.open(tmp_path / "octopus.db")
    assert refusal.value.code == "database_not_writable"


def test_the_database_and_its_side_files_are_private(tmp_path: Path) -> None:
    database = Database.open(tmp_path / "octopus.db")
    modes = {file.name: file.stat().st_mode & 0o777 for file in tmp_path.iterdir()}
    database.close()
    assert modes == {"octopus.db": 0o600, "octopus.db-wal": 0o600, "octopus.db-shm": 0o600}
