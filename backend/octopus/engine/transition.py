"""Transition: what one signal led to."""

from dataclasses import dataclass

from octopus.domain.event import Event
from octopus.engine.commands import Command


@dataclass(frozen=True, slots=True)
class Transition:
    """Commit `events` first, then carry out `commands` in order."""

    events: tuple[Event, ...]
    commands: tuple[Command, ...]
