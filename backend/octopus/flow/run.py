"""FlowRun: one execution of a flow, told in an ordered list of messages that any number of clients read."""

import asyncio
import threading
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Literal

from octopus.flow.messages import edge_data, node_data, sse

FlowStatus = Literal["running", "success", "error", "cancelled"]

Told = tuple[Any, ...]
"""An event's name, then what its data is made of: put into words only when somebody reads it."""


def node_told(node_id: str, status: str, message: str | None = None) -> Told:
    return ("nodeStatus", node_id, status, message)


def edge_told(source: str, target: str, status: str, animated: bool = False) -> Told:
    return ("edgeStatus", source, target, status, animated)


class FlowRun:
    """`id`: unique. `graph_id`: of the flow. `status`: `running`, then `success`, `error` or `cancelled`. `results`:
    per node what it returned, as objects; complete once the run is over. All of it may be used from any thread."""

    def __init__(self, graph_id: str) -> None:
        self.id = uuid.uuid4().hex
        self.graph_id = graph_id
        self.status: FlowStatus = "running"
        self.results: dict[str, Any] = {}
        self._told: list[Told] = []
        self._is_over = threading.Event()
        self._lock = threading.Lock()
        self._bells: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self._cancel: Callable[[str], None] | None = None
        self._cancel_wish: str | None = None

    @property
    def is_over(self) -> bool:
        """Its last message, `complete` or `error`, has been told."""
        return self._is_over.is_set()

    @property
    def message_count(self) -> int:
        """How many messages there are so far; their ids are 1 to this."""
        return len(self._told)

    def messages(self, after: int = 0) -> list[str]:
        """The messages so far whose ids are greater than `after`, as server-sent events."""
        return [self._in_words(n) for n in range(max(after, 0), len(self._told))]

    async def follow(self, after: int = 0) -> AsyncIterator[str]:
        """Every message whose id is greater than `after`, from the first on and as they come, until the last one of the
        run. Each is a whole server-sent event with `id:`, `event:` and `data:`. From any event loop, any number of
        times, also when the run is over. Closing the iterator ends nothing but itself."""
        loop, bell = asyncio.get_running_loop(), asyncio.Event()
        read = max(after, 0)
        while True:
            while read < len(self._told):
                read += 1
                yield self._in_words(read - 1)
            if self.is_over and read >= len(self._told):
                return
            with self._lock:
                self._bells.append((loop, bell))
            if read < len(self._told) or self.is_over:
                bell.set()
            try:
                await bell.wait()
            except asyncio.CancelledError:
                with self._lock:
                    self._bells = [one for one in self._bells if one[1] is not bell]
                raise
            bell.clear()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Block until the run is over; False if it is not after `timeout_s` seconds."""
        return self._is_over.wait(timeout_s)

    def cancel(self, reason: str = "") -> None:
        """Ask the run to end: what is under way is cancelled, what has not begun never will. Returns at once; a run
        that is over stays as it is."""
        with self._lock:
            self._cancel_wish = reason if self._cancel_wish is None else self._cancel_wish
            cancel = self._cancel
        if cancel is not None:
            cancel(reason)

    # For the run's own thread.

    def take_cancels(self, cancel: Callable[[str], None]) -> None:
        """From now on `cancel` is called when somebody asks for the end, and at once if somebody has."""
        with self._lock:
            self._cancel = cancel
        if self._cancel_wish is not None:
            cancel(self._cancel_wish)

    def tell(self, told: Sequence[Told]) -> None:
        self._told.extend(told)
        if self._bells:
            self._ring()

    def tell_node(self, node_id: str, status: str, message: str | None = None) -> None:
        self.tell((node_told(node_id, status, message),))

    def tell_edge(self, source: str, target: str, status: str, animated: bool = False) -> None:
        self.tell((edge_told(source, target, status, animated),))

    def end(self, status: FlowStatus, event: Literal["complete", "error"], data: dict[str, Any]) -> None:
        """The last message; nothing may be told afterwards."""
        self.status = status
        self._told.append((event, data))
        self._is_over.set()
        self._ring()

    def _ring(self) -> None:
        with self._lock:
            bells, self._bells = self._bells, []
        for loop, bell in bells:
            try:
                loop.call_soon_threadsafe(bell.set)
            except RuntimeError:
                continue  # The reader's event loop is closed: it reads no more.

    def _in_words(self, index: int) -> str:
        event, *parts = self._told[index]
        if event == "nodeStatus":
            node_id, status, message = parts
            data = node_data(node_id, status, self.graph_id, message)
        elif event == "edgeStatus":
            data = edge_data(*parts)
        else:
            (data,) = parts
        return sse(event, data, index + 1)
