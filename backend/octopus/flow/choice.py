"""Choice: what a handler returns to send the flow along one branch."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Choice:
    """Take one branch out of the node and leave the others untaken.

    `branch`: an edge's label, an output port's number (0 is the first), True for port 0 and False for port 1, or the id
    of the node that the edge leads to. `value`: the node's result, handed to whatever follows; None if there is none.
    A branch that does not exist fails the node.
    """

    branch: str | int | bool
    value: Any = None
