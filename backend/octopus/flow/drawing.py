"""Drawing: what the executor has to know of the drawn graph. An editor makes one of its nodes and edges."""

from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class DrawnNode:
    """`type`: its node type (`condition` and `decision` choose a branch). `outputs`: output ports it has."""

    id: str
    type: str = "default"
    label: str = ""
    outputs: int = 1


@dataclass(frozen=True, slots=True)
class DrawnEdge:
    """`source_port`: number of the output port, 0 is the first. `max_iterations`: executions of a loop's body, the
    first included, None for 3; `on_limit`: what becomes of the run when the loop has used them up. Both mean something
    on loops only: edges that lead back to an ancestor of their source."""

    source: str
    target: str
    source_port: int = 0
    label: str = ""
    dashed: bool = False
    max_iterations: int | None = None
    on_limit: Literal["fail", "continue"] = "fail"


@dataclass(frozen=True, slots=True)
class Drawing:
    """`graph_id`: that of the executor it belongs to. Nodes and edges in the order in which they are drawn."""

    graph_id: str
    nodes: tuple[DrawnNode, ...] = ()
    edges: tuple[DrawnEdge, ...] = ()


class Drawable(Protocol):
    """Whatever can say what it draws, such as a FlowEditor."""

    def drawing(self) -> Drawing: ...
