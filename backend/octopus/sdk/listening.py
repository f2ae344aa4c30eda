"""Listening: how far a client has heard a run, so that after a reconnect nothing is missed and nothing comes twice."""

from typing import Any

from octopus.domain.event import RUN_ENDED

Message = dict[str, Any]

GIVE_UP_AFTER_S = 60.0
"""A server that is restarted or upgraded is back by then; the run itself goes on in any case."""
RETRY_S = 0.5


class Listening:
    """`after`: seq of the last event that was heard; where the next connection begins. `has_ended`: it was the run's
    last one."""

    def __init__(self, after: int = 0) -> None:
        self.after = after
        self.has_ended = False
        self._lines: dict[tuple[str, int, int], int] = {}

    def hear(self, message: Message) -> Message | None:
        """What is new in an event or log batch as it came; None if nothing is."""
        if message["kind"] == "log":
            return self._new_lines(message)
        if message["seq"] <= self.after:
            return None
        self.after = message["seq"]
        self.has_ended = message["kind"] in RUN_ENDED
        return message

    def _new_lines(self, batch: Message) -> Message | None:
        """After a reconnect a log begins again at line 1."""
        attempt = (batch["step_id"], batch["iteration"], batch["attempt"])
        last = self._lines.get(attempt, 0)
        lines = [line for line in batch["lines"] if line["n"] > last]
        if not lines:
            return None
        self._lines[attempt] = lines[-1]["n"]
        return {**batch, "lines": lines}
