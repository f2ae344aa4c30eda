"""Ending: the processes of one attempt -> none. First they are asked, once; at a certain moment what is left is killed,
again and again, because one may fork while another is being killed."""

import os
import signal

from octopus.execution.supervisor import kernel, tree

_KILL_AGAIN_S = 0.05
_LOOK_AGAIN_S = 0.2
NEVER = float("inf")


class Ending:
    """Moments are of time.monotonic()."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._kill_at = NEVER
        self._killing_since = NEVER
        self._next_kill = 0.0
        self.is_asked = False
        self.is_anybody_left = False
        """As of the last time that somebody was killed."""

    @property
    def next_moment(self) -> float:
        """When there is something to do."""
        return self._kill_at if self._killing_since == NEVER else self._next_kill

    def ask(self, group: int | None) -> None:
        """Interrupt everybody. `group`: the step's process group; None if its first process has ended, because its id
        may be another's then. Only the first call does anything."""
        if self.is_asked:
            return
        self.is_asked = True
        everybody = self._everybody()
        # As a group, so that nobody who is being forked now is missed; but each process once, because a second
        # interrupt would end the tidying up after the first.
        if group is not None and (members := everybody & kernel.group_members(group)):
            os.killpg(group, signal.SIGINT)
            everybody -= members
        tree.send(everybody, signal.SIGINT)

    def kill_at(self, moment: float) -> None:
        """Whoever is left then is killed. A later call can only bring it forward."""
        self._kill_at = min(self._kill_at, moment)

    def tend(self, now: float) -> None:
        if now < self.next_moment:
            return
        self._killing_since = min(self._killing_since, now)
        left = self._everybody()
        tree.send(left, signal.SIGKILL)
        self.is_anybody_left = bool(left)
        self._next_kill = now + (_KILL_AGAIN_S if left else _LOOK_AGAIN_S)

    def has_killed_for(self, seconds: float, now: float) -> bool:
        return now >= self._killing_since + seconds

    def _everybody(self) -> set[int]:
        return tree.descendants(os.getpid()) | tree.marked(self._directory)
