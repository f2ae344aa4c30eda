"""Token: what became of an edge. An edge without a token is still waiting."""

from dataclasses import dataclass
from typing import NamedTuple

from octopus.domain.event import DeadCause
from octopus.engine.signals import StepRunKey


class Delivered(NamedTuple):
    """The value of the source's output port, as this step run made it."""

    source: StepRunKey


@dataclass(frozen=True, slots=True)
class Dead:
    """Nothing will come. `origin`: the step that is the reason, however far upstream; `why`: what happened there, as a
    clause: `train failed`, `evaluate did not choose pass`."""

    cause: DeadCause
    origin: str
    why: str


Token = Delivered | Dead
