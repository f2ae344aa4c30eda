"""Edges: what leads from node to node, as it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from octopus.flow.components.part import Part

OnLimit = Literal["fail", "continue"]


@dataclass(frozen=True, init=False)
class Edge(Part):
    """An edge of the drawing, from output `source_port` of `source` to input `target_port` of `target` (both counted
    from 0).

    `label`: shown on it, and the name by which a handler may choose it. `dashed`: for what need not happen. `color`: a
    CSS colour. `animated`: moving even while nothing runs. `connector`: rounded, smooth, manhattan, normal (straight).
    An edge whose target is an ancestor of its source is a loop, of at most `max_iterations` executions (None: 3), after
    which the run fails or goes on (`on_limit`).
    `router`, `marker` and `relationship` are kept for programs that read them.
    """

    KIND = "edge"
    source: str
    target: str
    label: str | None
    source_port: int
    target_port: int
    dashed: bool
    connector: str
    router: str
    color: str | None
    animated: bool
    marker: str
    relationship: str | None
    max_iterations: int | None
    on_limit: OnLimit
    extra: Mapping[str, Any]

    def __init__(
        self,
        source: str,
        target: str,
        label: str | None = None,
        source_port: int = 0,
        target_port: int = 0,
        dashed: bool = False,
        connector: str = "rounded",
        router: str = "manhattan",
        color: str | None = None,
        animated: bool = False,
        marker: str = "block",
        relationship: str | None = None,
        max_iterations: int | None = None,
        on_limit: OnLimit = "fail",
        **extra: Any,
    ) -> None:
        self._fill({**locals(), "router": "er" if relationship and router == "manhattan" else router})
