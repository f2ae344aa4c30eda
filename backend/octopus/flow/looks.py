"""Node type -> colour role and symbol, as the page draws them. The roles are those of octopus' own steps."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["io", "transform", "model", "decision", "retry", "generic"]


@dataclass(frozen=True, slots=True)
class Look:
    """`role`: green, blue, purple, yellow, pink or grey. `symbol`: the icon of a node that brings none; None:
    none. `is_pill`: round ends."""

    role: Role
    symbol: str | None = None
    is_pill: bool = False


UNKNOWN = Look("generic")

NODE_LOOKS = {
    "start": Look("generic", "start", is_pill=True),
    "end": Look("generic", "end", is_pill=True),
    "input": Look("io", "input"),
    "output": Look("io", "output"),
    "data": Look("io", "storage"),
    "db": Look("io", "storage"),
    "kb": Look("io", "storage"),
    "transform": Look("transform", "transform"),
    "process": Look("transform", "process"),
    "filter": Look("transform", "filter"),
    "agent": Look("transform", "agent"),
    "code": Look("transform", "code"),
    "mcp": Look("transform", "tool"),
    "llm": Look("model", "model"),
    "union": Look("model", "join"),
    "condition": Look("decision", "decision"),
    "decision": Look("decision", "decision"),
    "branch": Look("decision", "decision"),
    "join": Look("decision", "join"),
    "tool": Look("retry", "tool"),
    "loop": Look("retry", "loop"),
    "agg": Look("retry", "join"),
    "connector": Look("generic"),
}
"""Node types that have a look of their own; every other one is grey."""


def look_of(node_type: str) -> Look:
    return NODE_LOOKS.get(node_type, UNKNOWN)
