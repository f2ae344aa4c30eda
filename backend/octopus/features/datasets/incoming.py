"""Incoming: one upload on its way to the disk. Streams chunks into a temporary file that nobody else can open, and
counts, hashes and limits them; `keep` makes it a data set at once and whole, anything else leaves no trace."""

import hashlib
import os
from pathlib import Path

from octopus.domain.errors import PayloadTooLarge
from octopus.features.datasets.formats import check_first_bytes

SNIFFED_BYTES = 4096


class Incoming:
    """All methods touch the disk: call them in a thread. `limit_bytes`: how large the file may become."""

    def __init__(self, temporary: Path, name: str, ending: str, limit_bytes: int) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        self._temporary = temporary
        self._descriptor: int | None = os.open(temporary, flags, 0o600)
        self._name = name
        self._ending = ending
        self._limit_bytes = limit_bytes
        self._start = b""
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    @property
    def digest(self) -> str:
        return f"sha256:{self._hash.hexdigest()}"

    def write(self, chunk: bytes) -> None:
        """Raises PayloadTooLarge, or InvalidRequest as soon as the content cannot be what the name says."""
        self.size_bytes += len(chunk)
        if self.size_bytes > self._limit_bytes:
            raise PayloadTooLarge(
                f"{self._name} is larger than the {self._limit_bytes / 2**20:,.0f} MiB that are free for it. "
                "Delete data sets that are not needed any more, or read the file from its folder with ingest.",
                code="dataset_too_large",
            )
        if len(self._start) < SNIFFED_BYTES:
            self._start += chunk[: SNIFFED_BYTES - len(self._start)]
        self._hash.update(chunk)
        left = memoryview(chunk)
        while left:
            left = left[os.write(self._open_descriptor, left) :]

    def keep(self, target: Path) -> None:
        """The whole file is there: check its beginning and give it its name, durably."""
        check_first_bytes(self._name, self._ending, self._start)
        os.fsync(self._open_descriptor)
        self._temporary.rename(target)

    def discard(self) -> None:
        """The end of it, in any case; what was kept stays. Idempotent."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
        self._temporary.unlink(missing_ok=True)

    @property
    def _open_descriptor(self) -> int:
        if self._descriptor is None:
            raise ValueError(f"The upload of {self._name} is over.")
        return self._descriptor
