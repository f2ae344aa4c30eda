"""A database of its own for every test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from octopus.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database.open(tmp_path / "octopus.db")
    yield database
    database.close()
