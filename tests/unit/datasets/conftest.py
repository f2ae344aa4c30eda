"""A folder of data sets, and files to upload into it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from octopus.features.datasets.datasets import Datasets


class Sent:
    """A file that is being sent, `step` bytes at a time at most. `failure`: raised after the content."""

    def __init__(self, content: bytes, step: int = 2**20, failure: Exception | None = None) -> None:
        self.left = content
        self._step = step
        self._failure = failure

    async def read(self, size: int) -> bytes:
        count = min(size, self._step)
        chunk, self.left = self.left[:count], self.left[count:]
        if not chunk and self._failure is not None:
            raise self._failure
        return chunk


class Clock:
    """One second later at every look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "datasets"


@pytest.fixture
def datasets(folder: Path) -> Datasets:
    folder.parent.mkdir()
    datasets = Datasets(folder, file_limit_bytes=10_000, quota_bytes=25_000, clock=Clock())
    datasets.prepare()
    return datasets
