"""A file or folder on its way to a program that wants the whole of it."""

import asyncio
import os
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import quote

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from octopus.api.artifact_files import ARTIFACT_POLICY, ATTACHED, ArtifactResponse


async def download_response(path: str) -> FileResponse:
    """A file as it is; a folder as a zip archive, made on the spot and deleted when it has been sent."""
    wanted = Path(path)
    name = as_text(wanted.name)
    headers = {
        "Content-Security-Policy": ARTIFACT_POLICY,
        "Cache-Control": "private, no-cache",
        "X-Octopus-Name": quote(os.fsencode(wanted.name)),
    }
    if await asyncio.to_thread(wanted.is_dir):
        archive = await asyncio.to_thread(_packed, wanted)
        return ArchiveResponse(archive, media_type="application/zip", filename=f"{name}.zip", headers=headers)
    return ArtifactResponse(wanted, media_type=ATTACHED, filename=name, headers=headers)


def as_text(path: str) -> str:
    """A path as it may stand in a header and in an archive: bytes that are no UTF-8 are percent-encoded, like `%FF`."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return "".join(c if c.isprintable() else quote(os.fsencode(c)) for c in path)
    return path


class ArchiveResponse(ArtifactResponse):
    """A file that goes when it has been sent, also if it could not be: a range it has not got, a client that went."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            _delete(self.path)


def _delete(path: str | os.PathLike[str]) -> None:
    """Not in a thread: a response that is cancelled may not wait for one."""
    Path(path).unlink(missing_ok=True)


def _packed(folder: Path) -> str:
    """Path of a zip archive with what is in `folder`. Nothing that a link leads to outside of it comes along.
    Times before 1980, which an archive does not know, become 1980."""
    descriptor, archive = tempfile.mkstemp(prefix="octopus-download-", suffix=".zip")
    try:
        with (
            os.fdopen(descriptor, "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as packed,
        ):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                    packed.write(path, as_text(path.relative_to(folder).as_posix()))
    except BaseException:
        Path(archive).unlink(missing_ok=True)
        raise
    return archive
