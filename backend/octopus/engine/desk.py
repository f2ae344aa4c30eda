"""Desk: what every part of the machine works with."""

from dataclasses import dataclass

from octopus.engine.board import Board
from octopus.engine.recorder import Recorder
from octopus.engine.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Desk:
    """`keeps_history` False: nobody reads the run's history, so what every step goes through is left out of it: that
    it was queued and succeeded, that its edges were resolved, and its story about that."""

    wiring: Wiring
    board: Board
    recorder: Recorder
    keeps_history: bool = True
