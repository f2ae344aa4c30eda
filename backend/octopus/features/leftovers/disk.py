"""What there is to ask of a data directory's files: which folders, how large, locked by whom. Follows no links."""

import fcntl
import os
from pathlib import Path


def is_locked(lock: Path) -> bool:
    try:
        descriptor = os.open(lock, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # what it is nobody can tell: whatever it locks stays
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False


def size_of(path: Path) -> int:
    """Bytes of the files in it. Links are not followed; what vanishes meanwhile counts nothing."""
    try:
        if path.is_symlink() or not path.is_dir():
            return path.lstat().st_size
        return sum(size_of(entry) for entry in path.iterdir())
    except FileNotFoundError:
        return 0


def folders(path: Path) -> list[Path]:
    """The folders in it by name, no links; none if it is not there."""
    if not path.is_dir():
        return []
    return sorted(entry for entry in path.iterdir() if entry.is_dir() and not entry.is_symlink())
