"""ContentDigests: files and folders on this machine -> the digest of what is in them. A file that looks as it did
(size, times, inode) is not read again."""

import hashlib
import stat
import time
from pathlib import Path

_RACY_NS = 2_000_000_000
"""A file changed so recently could change again without its times showing it: its digest is not remembered."""

Look = tuple[int, int, int, int]


class ContentDigests:
    """To be called in threads; two who read the same file at once come to the same."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Look, str]] = {}

    def of(self, path: Path) -> str:
        """`sha256:<hex>` of a file's bytes, or of the sorted listing of a folder's files with theirs, as tracking
        computes it. Raises OSError, also for a folder with symbolic links: what they lead to may change unseen."""
        if not path.is_dir():
            return "sha256:" + self._of_file(path)
        if any(entry.is_symlink() for entry in path.rglob("*")):
            raise OSError(f"{path} holds symbolic links")
        listing = hashlib.sha256()
        for file in files_below(path):
            name = file.relative_to(path).as_posix().encode("utf-8", "surrogateescape")
            listing.update(self._of_file(file).encode() + b"  " + name + b"\n")
        return "sha256:" + listing.hexdigest()

    def _of_file(self, path: Path) -> str:
        before = _look(path)
        known = self._known.get(str(path))
        if known is not None and known[0] == before:
            return known[1]
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if _look(path) == before and max(before[1], before[2]) < time.time_ns() - _RACY_NS:
            self._known[str(path)] = (before, digest)
        return digest


def size_bytes(path: Path) -> int:
    """Of a file, or of all files below a folder. Raises OSError."""
    return sum(file.stat().st_size for file in files_below(path)) if path.is_dir() else path.stat().st_size


def files_below(folder: Path) -> list[Path]:
    """Regular files below `folder`, sorted by their path; links are not followed."""
    found = (entry for entry in folder.rglob("*") if entry.is_file() and not entry.is_symlink())
    return sorted(found, key=lambda file: file.relative_to(folder).as_posix())


def _look(path: Path) -> Look:
    info = path.stat()
    if not stat.S_ISREG(info.st_mode):
        raise OSError(f"{path} is no file")
    return info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino
