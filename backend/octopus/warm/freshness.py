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
        self._looked_at = time.monotonic()
        self._is_stale = False

    def is_stale(self) -> bool:
        """A package was installed, upgraded or taken away, or a file that is imported here was changed. Looks unless it
        has looked within the last second."""
        self._look(_LOOK_AGAIN_S)
        return self._is_stale

    def look_ahead(self) -> None:
        """While nobody waits: so that whoever asks soon need not wait for it."""
        self._look(_LOOK_AGAIN_S / 2)

    def _look(self, after_s: float) -> None:
        if self._is_stale or time.monotonic() < self._looked_at + after_s:
            return
        self._is_stale = any(
            _facts(path) != facts for known in (self._folders, self._files) for path, facts in known.items()
        )
        self._looked_at = time.monotonic()


def _facts(path: str) -> _Facts | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
