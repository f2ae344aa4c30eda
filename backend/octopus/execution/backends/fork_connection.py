"""ForkConnection: the socket to one life of the fork server, with the questions that are under way."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from octopus.execution.backends.fork_wire import LENGTH, packed, unpacked

_FULL_PAUSE_S = 0.002
_CHUNK = 64 * 1024


class Refused(Exception):
    """The fork server does not do it; its text says why."""


class ServerGone(Exception):
    """It ended before it answered."""


class ForkConnection:
    """`pid`: the fork server's. `on_end` is called after each end of a forked process was heard."""

    def __init__(self, control: socket.socket, pid: int, on_end: Callable[[], None]) -> None:
        control.setblocking(False)
        self._control = control
        self.pid = pid
        self._on_end = on_end
        self._questions: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._next_id = 0
        self._codes: dict[int, int] = {}
        self._ready: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._tracking: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
        self._sending = asyncio.Lock()
        self.is_gone = False
        self._reading = asyncio.create_task(self._read(), name="hear the fork server")

    async def order(self, message: dict[str, Any]) -> None:
        await self._send(message, ())

    async def ready(self) -> str | None:
        """None once it can be asked; else why it will not be."""
        return await asyncio.shield(self._ready)

    async def knows_tracking(self) -> str | None:
        """None once it can be asked for modules; else why it cannot."""
        return await asyncio.shield(self._tracking)

    async def gone(self, patience_s: float) -> bool:
        """Whether it has ended; waits for that at most so long."""
        await asyncio.wait({self._reading}, timeout=patience_s)
        return self._reading.done()

    async def ask(self, request: dict[str, Any], files: tuple[int, ...]) -> int:
        """The id of the process that was forked. Raises Refused, ServerGone."""
        if self.is_gone:
            raise ServerGone
        self._next_id += 1
        number = self._next_id
        answer = self._questions[number] = asyncio.get_running_loop().create_future()
        try:
            await self._send({"id": number, **request}, files)
            said = await answer
        except OSError as error:
            raise ServerGone from error
        finally:
            self._questions.pop(number, None)
        if "refused" in said:
            raise Refused(str(said["refused"]))
        return int(said["pid"])

    def code_of(self, pid: int) -> int | None:
        """The exit code of a process that was forked here, None if its end was not heard of."""
        return self._codes.get(pid)

    def close(self) -> None:
        """The fork server ends when it notices; what it has forked goes on."""
        self._reading.cancel()

    async def _send(self, message: dict[str, Any], files: tuple[int, ...]) -> None:
        data = packed(message)
        async with self._sending:
            sent = 0
            while sent == 0:
                try:
                    sent = socket.send_fds(self._control, [data], files) if files else self._control.send(data)
                except BlockingIOError:
                    await asyncio.sleep(_FULL_PAUSE_S)
            if sent < len(data):
                await asyncio.get_running_loop().sock_sendall(self._control, data[sent:])

    async def _read(self) -> None:
        try:
            await self._hear_everything()
        except OSError:
            return
        finally:
            self._is_over()

    async def _hear_everything(self) -> None:
        loop = asyncio.get_running_loop()
        heard = b""
        while part := await loop.sock_recv(self._control, _CHUNK):
            heard += part
            while len(heard) >= LENGTH.size:
                end = LENGTH.size + LENGTH.unpack_from(heard)[0]
                if len(heard) < end:
                    break
                self._hear(unpacked(heard[LENGTH.size : end]))
                heard = heard[end:]

    def _hear(self, message: dict[str, Any]) -> None:
        if "ended" in message:
            self._codes[message["ended"]] = message["code"]
            self._on_end()
        elif "id" in message:
            answer = self._questions.get(message["id"])
            if answer is not None and not answer.done():
                answer.set_result(message)
        else:
            trouble = str(message["refused"]) if "refused" in message else None
            for stage in (self._tracking, self._ready)[: 1 if "knows_tracking" in message else 2]:
                if not stage.done():
                    stage.set_result(trouble)

    def _is_over(self) -> None:
        self.is_gone = True
        self._control.close()
        for stage in (self._tracking, self._ready):
            if not stage.done():
                stage.set_result("its process ended while it was starting")
        for answer in self._questions.values():
            if not answer.done():
                answer.set_exception(ServerGone())
        self._on_end()
