"""Desk: what every part of the machine works with."""

from dataclasses import dataclass

from octopus.engine.board import Board
from octopus.engine.recorder import Recorder
from octopus.engine.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Desk:
    wiring: Wiring
    board: Board
    recorder: Recorder
