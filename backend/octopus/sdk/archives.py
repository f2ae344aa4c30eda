"""A zip archive that a server sent -> its files, or in words that it arrived damaged."""

import errno
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from octopus.domain.errors import ServerUnreachable

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, IndexError, RuntimeError, ValueError)
"""What zipfile raises for bytes that are no archive, have an end too early or a wrong one in the middle."""


@contextmanager
def archive(file: Path | IO[bytes], name: str) -> Iterator[zipfile.ZipFile]:
    """For as long as it is read. Raises ServerUnreachable: it is damaged, which may turn out at any entry."""
    try:
        with zipfile.ZipFile(file) as opened:
            yield opened
    except (*_DAMAGE, OSError) as error:
        if isinstance(error, OSError) and error.errno != errno.EINVAL:  # that is of a place before the file's begin
            raise
        raise ServerUnreachable(
            f"The archive {name} of the server arrived damaged: {error or type(error).__name__}. Try again.",
            code="damaged_archive",
        ) from error
