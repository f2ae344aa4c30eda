"""What the event loop says when no file descriptor is left for a new connection -> one sentence a minute. By itself it
writes a traceback for every try, thousands a second, until the disk is full too. Everything else is said as ever."""

import asyncio
import errno
import logging
from typing import Any

_LOG = logging.getLogger(__name__)
_SAY_AGAIN_S = 60.0


class ScarceDescriptors:
    """For `loop.set_exception_handler`."""

    def __init__(self) -> None:
        self._quiet_until = 0.0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in (errno.EMFILE, errno.ENFILE):
            loop.default_exception_handler(context)
        elif loop.time() >= self._quiet_until:
            self._quiet_until = loop.time() + _SAY_AGAIN_S
            _LOG.error("No file descriptor is left (see `ulimit -n`): new connections wait until others have gone.")
