"""A TCP proxy on loopback whose connections break: each is cut after a random number of bytes towards the client."""

import asyncio
import socket
import threading
from contextlib import suppress
from random import Random

_CHUNK = 65536


class FlakyProxy(threading.Thread):
    """`cuts_left`: connections that are still to be cut; later ones are left alone. `port`: where it listens."""

    def __init__(self, target_port: int, random: Random, cuts: int, most_bytes: int) -> None:
        super().__init__(daemon=True)
        self._target_port = target_port
        self._random = random
        self._most_bytes = most_bytes
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self.cuts_left = cuts
        self.port: int = self._listener.getsockname()[1]

    def run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self.join()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._relay, sock=self._listener)
        await self._stopping.wait()
        server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        sending = asyncio.create_task(_copy(reader, there_writer, None))
        try:
            self.cuts_left -= 1
            limit = self._random.randint(1, self._most_bytes) if self.cuts_left >= 0 else None
            await _copy(there_reader, writer, limit)
        finally:
            sending.cancel()
            for one in (writer, there_writer):
                one.transport.abort()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int | None) -> None:
    """Until one of them ends, or so many bytes have gone over."""
    with suppress(ConnectionError):
        while limit != 0 and (chunk := await reader.read(_CHUNK if limit is None else min(limit, _CHUNK))):
            limit = None if limit is None else limit - len(chunk)
            writer.write(chunk)
            await writer.drain()
