"""Transition: what one signal led to."""

from typing import NamedTuple

from octopus.domain.event import Event
from octopus.engine.commands import Command


class Transition(NamedTuple):
    """Commit `events` first, then carry out `commands` in order."""

    events: tuple[Event, ...]
    commands: tuple[Command, ...]
