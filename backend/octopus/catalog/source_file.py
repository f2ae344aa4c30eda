"""A path that a parameter names -> the text of the source file there, if it is one that may be looked into."""

import os
import stat
from pathlib import Path

MAX_BYTES = 400_000
"""Of a file: four bytes for each character that is read of a source."""


def own_folders() -> tuple[str, ...]:
    """Folders whose files are the user's own: the home directory. None if nobody knows where it is."""
    try:
        return (str(Path.home()),)
    except RuntimeError:
        return ()


def source_text(path: str, base: str, roots: tuple[str, ...]) -> str | None:
    """None for what lies below none of `roots`, is no regular file, is too large or no UTF-8 text. `base`: the folder
    that relative paths start at. Links are followed before it is asked where the file lies."""
    try:
        real = (Path(base) / Path(path).expanduser()).resolve(strict=True)
        if not any(real.is_relative_to(Path(root).resolve()) for root in roots):
            return None
        return _regular_text(real)
    except (OSError, RuntimeError, ValueError):
        return None


def _regular_text(path: Path) -> str | None:
    """Opened without waiting: nobody writes into a pipe just because its name was typed."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return None
        content = file.read(MAX_BYTES + 1)
    return content.decode("utf-8") if len(content) <= MAX_BYTES else None
