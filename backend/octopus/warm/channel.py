"""Frames, as fork_wire packs them, with open files, over a socket that waits."""

import socket
from collections.abc import Sequence
from typing import Any

from octopus.execution.backends.fork_wire import FILES, LENGTH, packed, unpacked

_CHUNK = 1 << 20


def send(channel: socket.socket, message: dict[str, Any], files: Sequence[int] = ()) -> None:
    """Raises ConnectionError if nobody is there to read it: then nobody has read the whole of it."""
    data = packed(message)
    data = data[socket.send_fds(channel, [data], files) :]
    if data:  # to send nothing fails, too, where the other side has read everything and gone
        channel.sendall(data)


def receive(channel: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """A message with its files. None: there will be none any more."""
    try:
        head, files, _, _ = socket.recv_fds(channel, LENGTH.size, FILES)
        head += _exactly(channel, LENGTH.size - len(head)) if head else b""
        if len(head) < LENGTH.size:
            return None, files
        (length,) = LENGTH.unpack(head)
        body = _exactly(channel, length)
    except ConnectionError:
        return None, []
    return (unpacked(body) if len(body) == length else None), files


def _exactly(channel: socket.socket, size: int) -> bytes:
    parts = list[bytes]()
    while size > 0:
        part = channel.recv(min(size, _CHUNK))
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
