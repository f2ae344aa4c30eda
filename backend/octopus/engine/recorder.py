"""Recorder: numbers the events of a run without a gap and gathers what one signal leads to."""

from octopus.domain.event import Event
from octopus.engine.commands import Command
from octopus.engine.facts import Stamp
from octopus.engine.transition import Transition


class Recorder:
    """`open` a transition, `stamp` and `record` its events, `command`, then `close` it."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self._seq = 0
        self._at = ""
        self._events: list[Event] = []
        self._commands: list[Command] = []

    def open(self, at: str) -> None:
        self._at = at

    def stamp(self) -> Stamp:
        """The stamp of the next event; every stamp must be recorded."""
        self._seq += 1
        return Stamp(self._seq, self.run_id, self._at)

    def record(self, event: Event) -> None:
        self._events.append(event)

    def command(self, command: Command) -> None:
        self._commands.append(command)

    def close(self) -> Transition:
        transition = Transition(tuple(self._events), tuple(self._commands))
        self._events, self._commands = [], []
        return transition
