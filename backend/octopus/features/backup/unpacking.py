"""unpack(): the tar file of a backup -> a folder, every byte compared with the digests that the backup carries.

Whoever sends a backup cannot write anywhere but below that folder: only plain files, only paths that go down.
"""

import gzip
import hashlib
import os
import shutil
import tarfile
import zlib
from pathlib import Path

from pydantic import ValidationError

from octopus.features.backup import contents
from octopus.features.backup.manifest import NAME, BackedUpFile, Manifest
from octopus.features.backup.refusal import BackupRefused

_CHUNK_BYTES = 2**20
_DAMAGED = (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error)


def unpack(file: Path, folder: Path) -> Manifest:
    """Raises BackupRefused if `file` is not a whole backup; `folder` may then hold a part of it."""
    found: dict[str, BackedUpFile] = {}
    try:
        with tarfile.open(file, "r:*") as archive:
            for member in archive:
                if member.name in found:
                    raise _damaged(file, f"{member.name!r} is in it twice")
                found[member.name] = _extract(file, archive, member, folder)
    except _DAMAGED as error:
        raise _damaged(file, "it is no tar file, or only the beginning of one") from error
    except OSError as error:
        raise BackupRefused(
            f"{file} cannot be unpacked: {error.strerror or error} ({error.filename or folder}).", code="cannot_read"
        ) from error
    return _verified(file, folder, found)


def _extract(file: Path, archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> BackedUpFile:
    if not member.isreg() or member.issparse() or not _is_plain(member.name):
        raise _damaged(file, f"it holds {member.name[:200]!r}, which no backup of octopus does")
    if member.size > shutil.disk_usage(folder).free:
        raise BackupRefused(f"There is not enough room for {file} on the disk of {folder.parent}.", code="cannot_write")
    target = folder / member.name
    for parent in reversed(Path(member.name).parents):
        (folder / parent).mkdir(mode=0o700, exist_ok=True)
    mode = 0o700 if member.mode & 0o100 else 0o600
    sha256, size = hashlib.sha256(), 0
    content = archive.extractfile(member)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode), "wb") as written:
        while content is not None and (chunk := content.read(_CHUNK_BYTES)):
            sha256.update(chunk)
            size += written.write(chunk)
    return BackedUpFile(path=member.name, size_bytes=size, digest=f"sha256:{sha256.hexdigest()}")


def _is_plain(name: str) -> bool:
    """Below the folder, under a name that a data directory has."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in parts):
        return False
    return parts[0] in contents.INCLUDED or name == NAME


def _verified(file: Path, folder: Path, found: dict[str, BackedUpFile]) -> Manifest:
    if found.pop(NAME, None) is None:
        raise _damaged(file, "its end is missing")
    manifest = _manifest(file, (folder / NAME).read_bytes())
    (folder / NAME).unlink()
    expected = manifest.expected
    for path in sorted(found.keys() | expected.keys()):
        if found.get(path) != expected.get(path):
            raise _damaged(file, f"{path!r} is not as it was when the backup was made")
    return manifest


def _manifest(file: Path, text: bytes) -> Manifest:
    try:
        return Manifest.model_validate_json(text)
    except ValidationError as error:
        if any(fault["loc"] == ("format",) for fault in error.errors()):
            raise BackupRefused(
                f"{file} was made by a newer octopus. Restore it with that one.", code="backup_too_new"
            ) from error
        raise _damaged(file, "its table of contents cannot be read") from error


def _damaged(file: Path, why: str) -> BackupRefused:
    return BackupRefused(f"{file} is not a whole backup: {why}. Nothing was changed.", code="backup_damaged")
