"""Whether what this process imported is still what stands on the disk."""

import os
import sys
import time

_LOOK_AGAIN_S = 1.0
_Facts = tuple[int, int]


class Freshness:
    """As of its making."""

    def __init__(self) -> None:
        files = {file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
        self._files = {file: _facts(file) for file in files}
        self._folders = {folder: _facts(folder) for folder in sys.path if folder}
        self._next_look = 0.0
        self._is_stale = False

    def is_stale(self) -> bool:
        """A package was installed, upgraded or taken away, or a file that is imported here was changed. Looks at most
        once a second."""
        now = time.monotonic()
        if not self._is_stale and now >= self._next_look:
            self._is_stale = any(
                _facts(path) != facts for known in (self._folders, self._files) for path, facts in known.items()
            )
            self._next_look = time.monotonic() + _LOOK_AGAIN_S
        return self._is_stale


def _facts(path: str) -> _Facts | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
