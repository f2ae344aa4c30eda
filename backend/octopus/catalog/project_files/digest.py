"""Folder -> one digest of all its files, so that any change of code is seen and a touched file is not one."""

import hashlib
import os
import stat
import time
from pathlib import Path

from octopus.catalog.project_files.selection import ProjectFile, project_files
from octopus.domain.errors import InvalidProject

RACY_NS = 2_000_000_000
"""A file changed so recently could change again without its times showing it: its digest is not remembered."""


class RememberedDigests:
    """Digests of folders whose files look as they did: same paths, sizes, times and inodes. Safe between threads: an
    entry is replaced whole, and two who compute the same one come to the same."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[str, str]] = {}

    def get(self, folder: Path, signature: str) -> str | None:
        known = self._known.get(folder)
        return known[1] if known is not None and known[0] == signature else None

    def keep(self, folder: Path, signature: str, digest: str) -> None:
        self._known[folder] = (signature, digest)


def project_digest(folder: Path, remembered: RememberedDigests | None = None) -> str:
    """`sha256:<hex>` over paths, contents, and which files may be executed; git-ignored files left out. With
    `remembered`, an unchanged folder costs a listing. Raises InvalidProject: too large, unreadable, gone."""
    files = project_files(folder)
    signature = _signature(files)
    known = remembered.get(folder, signature) if remembered is not None else None
    if known is not None:
        return known
    try:
        digest = digest_of(folder, files)
    except OSError as error:
        raise InvalidProject(f"{error.filename or folder} cannot be read: {error.strerror or error}.") from error
    if remembered is not None and _is_settled(files):
        remembered.keep(folder, signature, digest)
    return digest


def digest_of(folder: Path, files: list[ProjectFile]) -> str:
    """The digest of exactly these files, read below `folder`. Raises OSError."""
    whole = hashlib.sha256()
    for file in files:
        if file.link is not None:
            kind, content = b"link", hashlib.sha256(os.fsencode(file.link)).digest()
        else:
            kind = b"program" if file.info.st_mode & stat.S_IXUSR else b"file"
            with (folder / file.path).open("rb") as stream:
                content = hashlib.file_digest(stream, "sha256").digest()
        whole.update(b"\0".join((kind, os.fsencode(file.path), content)) + b"\0")
    return f"sha256:{whole.hexdigest()}"


def _signature(files: list[ProjectFile]) -> str:
    looks = [
        (file.path, info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino, info.st_mode)
        for file in files
        for info in (file.info,)
    ]
    return hashlib.sha256(repr(looks).encode("utf-8", "surrogateescape")).hexdigest()


def _is_settled(files: list[ProjectFile]) -> bool:
    newest = max((file.info.st_ctime_ns for file in files), default=0)
    return newest < time.time_ns() - RACY_NS
