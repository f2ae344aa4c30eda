"""What the kernel tells of files that grow or appear in a folder (inotify(7)), on the event loop. Only that
something happened is taken from it: whoever wants to know what looks for himself."""

import asyncio
import ctypes
import os
from collections.abc import Callable
from contextlib import suppress

_MASK = 0x2 | 0x80 | 0x100
"""Modified, moved here, created."""
_FLAGS = os.O_NONBLOCK | os.O_CLOEXEC
_CHUNK = 64 * 1024


class FileEvents:
    """`close` in the end. Where the kernel has none, or no more of them, it does not work, and says nothing."""

    def __init__(self, on_event: Callable[[], None]) -> None:
        self._on_event = on_event
        self._numbers: dict[str, int] = {}
        self._file = _opened()
        if self._file is not None:
            asyncio.get_running_loop().add_reader(self._file, self._hear)

    @property
    def works(self) -> bool:
        return self._file is not None

    def watch(self, folder: str) -> None:
        """A folder of which the kernel will not tell is the end of it all: what tells only of some cannot be relied
        on."""
        if self._file is None:
            return
        number = _libc().inotify_add_watch(self._file, os.fsencode(folder), _MASK)
        if number < 0:
            self.close()
        else:
            self._numbers[folder] = number

    def forget(self, folder: str) -> None:
        number = self._numbers.pop(folder, None)
        if self._file is not None and number is not None:
            _libc().inotify_rm_watch(self._file, number)  # fails if the folder is gone, which does no harm

    def close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            asyncio.get_running_loop().remove_reader(file)
            os.close(file)

    def _hear(self) -> None:
        with suppress(BlockingIOError):
            while self._file is not None and len(os.read(self._file, _CHUNK)) == _CHUNK:
                pass
        self._on_event()


def _opened() -> int | None:
    open_one = getattr(_libc(), "inotify_init1", None)
    file = -1 if open_one is None else int(open_one(_FLAGS))
    return None if file < 0 else file


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
