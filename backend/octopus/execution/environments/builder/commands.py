"""Commands: programs run one after the other; all they print goes into the log, what they are doing now to whoever
watches."""

import json
import os
import shlex
import subprocess
import time
from pathlib import Path

from octopus.execution.environments.builder.explanation import explain

_MESSAGE_LIMIT = 200
_PAUSE_S = 1.0
"""Between two messages of what an installer prints: each is an event of every step that waits."""


class CannotBuild(Exception):
    """Why, and what to do about it, in words for a person."""


class Commands:
    """`events`: path of the file that messages are appended to, None: nobody watches."""

    def __init__(self, log: Path, events: str | None) -> None:
        self._log = log
        self._events = events
        self._next_message = 0.0

    def run(self, doing: str, command: list[str], place: Path, file: str | None = None, **variables: str) -> str:
        """What it printed. `doing`: in words; `file`: what declares the environment, for the words of a failure. Raises
        CannotBuild."""
        self.tell(doing)
        self.write(f"$ {shlex.join(command)}\n")
        said = []
        with subprocess.Popen(
            command,
            cwd=place,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None  # noqa: S101
            for line in process.stdout:
                said.append(line)
                self.write(line)
                self._tell_now_and_then(f"{doing}: {line.strip()}")
        if process.returncode != 0:
            raise CannotBuild(explain("".join(said), process.returncode, file))
        return "".join(said)

    def write(self, text: str) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write(text)

    def tell(self, message: str) -> None:
        """At once."""
        self._next_message = time.monotonic() + _PAUSE_S
        if self._events is not None:
            line = json.dumps({"kind": "progress", "fraction": None, "message": message[:_MESSAGE_LIMIT]})
            with Path(self._events).open("a", encoding="utf-8") as events:
                events.write(f"{line}\n")

    def _tell_now_and_then(self, message: str) -> None:
        if time.monotonic() >= self._next_message:
            self.tell(message)
