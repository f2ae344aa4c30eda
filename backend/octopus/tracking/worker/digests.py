"""Content digests, `sha256:<hex>`: of a file's bytes, or of the sorted listing of a folder's files with theirs."""

import hashlib
from pathlib import Path


def digest(path: Path) -> str | None:
    """Of a file or folder. Names of files in a folder count, times and permissions do not. None: the folder holds
    symbolic links, so that what a reader finds in it may change unseen."""
    if path.is_dir() and any(entry.is_symlink() for entry in path.rglob("*")):
        return None
    return "sha256:" + (_of_folder(path) if path.is_dir() else _of_file(path))


def size_bytes(path: Path) -> int:
    """Of a file, or of all files below a folder."""
    return sum(file.stat().st_size for file in files_below(path)) if path.is_dir() else path.stat().st_size


def files_below(folder: Path) -> list[Path]:
    """Regular files below `folder`, sorted by their path; links are not followed."""
    found = (entry for entry in folder.rglob("*") if entry.is_file() and not entry.is_symlink())
    return sorted(found, key=lambda file: file.relative_to(folder).as_posix())


def _of_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _of_folder(folder: Path) -> str:
    listing = hashlib.sha256()
    for file in files_below(folder):
        name = file.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        listing.update(_of_file(file).encode() + b"  " + name + b"\n")
    return listing.hexdigest()
