"""What travels between the server and its fork server: frames of JSON, each led by its length in bytes; the open files
for a process that is to be forked travel with the length.

Requests: {"id", "kind": "attempt", "directory", "env"} or {"id", "kind": "module", "module", "env", "cwd"} with stdin,
stdout and stderr. Answers: {"id", "pid"} or {"id", "refused"}. By itself the fork server says {"knows_tracking"} once
it can be asked for modules and {"ready"} once for everything, and {"ended", "code"} of each process that it forked.
"""

import json
import struct
from typing import Any

LENGTH = struct.Struct(">I")
FILES = 3
"""How many open files a request has at most."""
STALE = "stale"
"""Refused because what was imported has changed on the disk since."""


def packed(message: dict[str, Any]) -> bytes:
    body = json.dumps(message, separators=(",", ":"), ensure_ascii=True).encode("ascii")
    return LENGTH.pack(len(body)) + body


def unpacked(body: bytes) -> dict[str, Any]:
    message: dict[str, Any] = json.loads(body)
    return message
