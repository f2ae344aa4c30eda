"""What the supervisor leaves in the attempt's directory about processes and about the end. Files appear whole or not at
all."""

import json
import os

from octopus.execution import attempt_files
from octopus.execution.supervisor import kernel

_RESERVED_BYTES = 8 * 1024
"""Room for the exit record, taken at the start: the end can be told on a full disk too."""


def write_processes(directory: str, child: int) -> None:
    record = {
        "boot_id": kernel.boot_id(),
        "supervisor": {"pid": os.getpid(), "start_time": kernel.start_time(os.getpid())},
        "child": {"pid": child, "start_time": kernel.start_time(child)},
    }
    _replace(os.path.join(directory, attempt_files.PROCESSES), json.dumps(record).encode(), durable=False)


def reserve_exit(directory: str) -> None:
    with open(_unfinished(os.path.join(directory, attempt_files.EXIT)), "wb") as file:
        file.write(b" " * _RESERVED_BYTES)


def write_exit(directory: str, record: dict[str, object]) -> None:
    """Durable when it returns. Raises OSError if the disk takes it not even in the room that was reserved."""
    text = json.dumps(record, ensure_ascii=False, indent=1).encode("utf-8", "replace")
    _replace(os.path.join(directory, attempt_files.EXIT), text, durable=True)


def _replace(path: str, content: bytes, *, durable: bool) -> None:
    file = os.open(_unfinished(path), os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        os.write(file, content)
        os.ftruncate(file, len(content))
        if durable:
            os.fsync(file)
    finally:
        os.close(file)
    os.rename(_unfinished(path), path)


def _unfinished(path: str) -> str:
    return path + ".tmp"
