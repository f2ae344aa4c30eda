"""Datasets: the folder of uploaded files. An upload is streamed, limited and checked, and appears whole or not at all.

`<folder>/<id>` is the file, `<folder>/.about/<id>.json` what is known of it, `<folder>/.incoming/` what is on its way.
The server only stores the bytes; it never parses them.
"""

import asyncio
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import ParamSpec, Protocol, TypeVar

from pydantic import ValidationError

from octopus.domain.base import timestamp
from octopus.domain.errors import NotFound, StorageUnavailable
from octopus.features.datasets.dataset import Dataset
from octopus.features.datasets.formats import format_of
from octopus.features.datasets.incoming import Incoming
from octopus.features.datasets.names import extension, is_stored_name, shown_name, stored_name
from octopus.store.page import Page, check_limit, decode_cursor, encode_cursor

P = ParamSpec("P")
T = TypeVar("T")

CHUNK_BYTES = 2**20
FILE_LIMIT_BYTES = 2 * 2**30
"""Larger files belong into a folder that ingest reads in place."""
QUOTA_BYTES = 20 * 2**30
"""All uploaded files together."""


class Upload(Protocol):
    """A file that is being sent."""

    async def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; none at the end."""
        ...


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Datasets:
    """Every method raises StorageUnavailable if the disk does not take or give the files."""

    def __init__(
        self,
        folder: Path,
        *,
        file_limit_bytes: int = FILE_LIMIT_BYTES,
        quota_bytes: int = QUOTA_BYTES,
        clock: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._folder = folder
        self._about = folder / ".about"
        self._incoming = folder / ".incoming"
        self._file_limit_bytes = file_limit_bytes
        self._quota_bytes = quota_bytes
        self._clock = clock

    def prepare(self) -> None:
        """Make the folders (mode 0700) and remove what uploads that never ended have left. To be called at start."""
        for folder in (self._folder, self._about, self._incoming):
            folder.mkdir(mode=0o700, exist_ok=True)
        for left in self._incoming.iterdir():
            left.unlink()

    async def add(self, file_name: str, upload: Upload) -> Dataset:
        """Store what `upload` gives. Raises InvalidRequest for a kind of file that is not accepted, an empty one, or
        one whose content is not what its name says, and PayloadTooLarge over the limit or the quota."""
        name, ending = shown_name(file_name), extension(file_name)
        data_format = format_of(name, ending)
        dataset_id = stored_name(file_name, ending)
        free_bytes = await self._on_disk(self._free_bytes)
        limit_bytes = min(free_bytes, self._file_limit_bytes)
        incoming = await self._on_disk(Incoming, self._incoming / dataset_id, name, ending, limit_bytes)
        try:
            while chunk := await upload.read(CHUNK_BYTES):
                await self._on_disk(incoming.write, chunk)
            dataset = Dataset(
                id=dataset_id,
                name=name,
                location=f"dataset:{dataset_id}",
                format=data_format,
                size_bytes=incoming.size_bytes,
                digest=incoming.digest,
                uploaded_at=timestamp(self._clock()),
            )
            await self._on_disk(self._keep, incoming, dataset)
        finally:
            incoming.discard()
        return dataset

    async def list(self, *, limit: int = 50, cursor: str | None = None) -> Page[Dataset]:
        """Newest first. Raises InvalidRequest for a limit or cursor that cannot be."""
        check_limit(limit)
        before = None if cursor is None else decode_cursor(cursor, (str, str))
        known = await self._on_disk(self._all)
        rest = [one for one in known if before is None or (one.uploaded_at, one.id) < before]
        more = encode_cursor([rest[limit - 1].uploaded_at, rest[limit - 1].id]) if len(rest) > limit else None
        return Page(tuple(rest[:limit]), more)

    async def delete(self, dataset_id: str) -> None:
        """Raises NotFound for an unknown one."""
        if not is_stored_name(dataset_id):
            raise _unknown(dataset_id)
        await self._on_disk(self._remove, dataset_id)

    async def _on_disk(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`work` in a thread."""
        try:
            return await asyncio.to_thread(work, *args, **kwargs)
        except OSError as error:
            raise StorageUnavailable(f"The data set folder {self._folder} does not work: {error.strerror}.") from error

    def _keep(self, incoming: Incoming, dataset: Dataset) -> None:
        incoming.keep(self._folder / dataset.id)
        draft = self._incoming / f"{dataset.id}.json"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(dataset.model_dump_json(indent=1))
            file.flush()
            os.fsync(descriptor)
        draft.rename(self._about / f"{dataset.id}.json")

    def _remove(self, dataset_id: str) -> None:
        try:
            (self._about / f"{dataset_id}.json").unlink()
        except FileNotFoundError:
            raise _unknown(dataset_id) from None
        (self._folder / dataset_id).unlink(missing_ok=True)

    def _all(self) -> tuple[Dataset, ...]:
        """What is there, newest first; a description whose file was removed by hand is left out."""
        there = (about for about in self._about.glob("*.json") if (self._folder / about.name[:-5]).is_file())
        found = (dataset for about in there if (dataset := self._read(about)) is not None)
        return tuple(sorted(found, key=lambda one: (one.uploaded_at, one.id), reverse=True))

    def _read(self, about: Path) -> Dataset | None:
        try:
            return Dataset.model_validate_json(about.read_bytes())
        except FileNotFoundError:
            return None  # deleted since the folder was listed
        except (OSError, ValidationError) as error:
            raise StorageUnavailable(
                f"{about} cannot be read: {error}. Delete it to forget this data set.", code="dataset_damaged"
            ) from error

    def _free_bytes(self) -> int:
        used = sum(_size_bytes(file) for folder in (self._folder, self._incoming) for file in folder.iterdir())
        return max(0, self._quota_bytes - used)


def _size_bytes(path: Path) -> int:
    """0 for what is no file, and for one that another upload or a deletion took away since the folder was listed."""
    try:
        status = path.lstat()
    except FileNotFoundError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _unknown(dataset_id: str) -> NotFound:
    return NotFound(f"There is no data set {dataset_id!r:.100}.")
