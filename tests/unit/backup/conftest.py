"""A data directory with something of everything in it."""

from pathlib import Path

import pytest

from tests.support.estate import Estate


@pytest.fixture
def estate(tmp_path: Path) -> Estate:
    return Estate(tmp_path / "old place")
