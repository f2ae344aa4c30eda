"""The worker's life: read requests, run them in threads, write replies in the order in which they are done. Ends when
stdin ends: then the server is gone, however it went."""

import json
import os
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any, BinaryIO

from octopus.domain.errors import OctopusError
from octopus.tracking.wire import LENGTH, SETUP, error_kind, frame

_THREADS = 8
"""Calls at once: SQLite takes one writer anyway; a slow download must not hold up the rest."""


def main() -> None:
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up among the replies
    Worker(requests, replies).serve()
    sys.stderr.flush()
    os._exit(0)  # the server is gone: no call that still runs has anybody to answer


class Worker:
    """Answers the requests of one stream on the other."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests
        self._replies = replies
        self._writing = threading.Lock()
        self._methods: dict[str, Any] = {}

    def serve(self) -> None:
        """Returns when the requests end, whatever is still under way."""
        pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="call")
        while len(head := self._requests.read(LENGTH.size)) == LENGTH.size:
            request = json.loads(self._requests.read(LENGTH.unpack(head)[0]))
            if request["method"] == SETUP:
                self._answer(request)
            else:
                pool.submit(self._answer, request)

    def _answer(self, request: dict[str, Any]) -> None:
        try:
            reply = {"id": request["id"], "result": self._call(request["method"], request["params"])}
        except OctopusError as error:
            reply = {"id": request["id"], "error": {"kind": error_kind(error), "detail": error.detail}}
        except Exception as error:
            traceback.print_exc()
            detail = f"{request['method']}: {type(error).__name__}: {error}"
            reply = {"id": request["id"], "error": {"kind": error_kind(error), "detail": detail}}
        with self._writing:
            self._replies.write(frame(reply))
            self._replies.flush()

    def _call(self, method: str, params: dict[str, Any]) -> Any:
        if method == SETUP:
            # Here and not above: importing mlflow takes seconds, and a failure is to be answered.
            from octopus.tracking.worker.methods import methods

            self._methods = methods(**params)
            return None
        return self._methods[method](**params)
