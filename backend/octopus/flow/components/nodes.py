"""Nodes: what is executed, as it is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from octopus.flow.components.part import Part

Side = Literal["top", "right", "bottom", "left"]
PortPositions = Mapping[str, Side]
"""`{"inputs": side, "outputs": side}`; what is left out keeps its default (top, bottom)."""

DAG_ICONS = {
    "input": "📥",
    "output": "📤",
    "filter": "🔍",
    "join": "🔗",
    "union": "⊕",
    "agg": "∑",
    "transform": "🔄",
}
AGENT_ICONS = {
    "llm": "🧠",
    "code": "💻",
    "branch": "🔀",
    "loop": "🔄",
    "kb": "📚",
    "mcp": "🔌",
    "db": "🗄️",
    "tool": "🛠️",
}
FLOWCHART_SHAPES = {"decision": "diamond", "data": "parallelogram", "connector": "circle"}
FLOWCHART_SIZES = {"decision": (100, 60), "connector": (50, 50), "start": (80, 40), "end": (80, 40)}
FLOWCHART_SIZE = (100, 50)


@dataclass(frozen=True, init=False)
class Node(Part):
    """A node of the drawing.

    `name`: its id, which an `ExecutionStep` of the same `node_id` executes; a node without a step passes through what
    comes in. `x`, `y`, `width`, `height`: pixels, (x, y) the upper left corner. `label`: what it is called (the name).
    `node_type`: decides colour and default icon; see `octopus.flow.looks.NODE_LOOKS`. `inputs`, `outputs`: how many
    ports. `shape`: rect, circle, ellipse, diamond, polygon (a diamond), parallelogram. `icon`: an emoji or other short
    text. `status`: shown until a run says otherwise (default, pending, running, success, error). `port_positions`: on
    which sides the ports are, `{"inputs": "top", "outputs": "bottom"}` unless said. `fill`, `stroke`, `text_color`: CSS
    colours instead of those of the type. `html` is kept for programs that read it; the page shows the label.
    """

    KIND = "node"
    name: str
    x: float
    y: float
    label: str
    node_type: str
    inputs: int
    outputs: int
    width: float
    height: float
    data: Mapping[str, Any]
    html: str | None
    shape: str
    icon: str | None
    status: str | None
    port_positions: PortPositions | None
    fill: str | None
    stroke: str | None
    text_color: str | None
    extra: Mapping[str, Any]

    def __init__(
        self,
        name: str,
        x: float = 0,
        y: float = 0,
        label: str | None = None,
        node_type: str = "default",
        inputs: int = 1,
        outputs: int = 1,
        width: float = 160,
        height: float = 60,
        data: Mapping[str, Any] | None = None,
        html: str | None = None,
        shape: str = "rect",
        icon: str | None = None,
        status: str | None = None,
        port_positions: PortPositions | None = None,
        fill: str | None = None,
        stroke: str | None = None,
        text_color: str | None = None,
        **extra: Any,
    ) -> None:
        self._fill({**locals(), "label": label or name, "data": dict(data or {})})

    @property
    def id(self) -> str:
        return self.name

    def __getitem__(self, name: str) -> Any:
        return self.name if name == "id" else super().__getitem__(name)


class DAGNode(Node):
    """A node of a data pipeline: 100 x 50 pixels, with an icon for the types input, output, filter, join, union, agg
    and transform. Its ports are on top and bottom unless `port_positions` says otherwise."""

    def __init__(
        self,
        name: str,
        x: float = 0,
        y: float = 0,
        label: str | None = None,
        node_type: str = "default",
        status: str | None = None,
        icon: str | None = None,
        inputs: int = 1,
        outputs: int = 1,
        **more: Any,
    ) -> None:
        options = {"width": 100, "height": 50, **more}
        shown = icon or DAG_ICONS.get(node_type)
        super().__init__(name, x, y, label, node_type, inputs, outputs, icon=shown, status=status, **options)


class AgentNode(Node):
    """A node of an agent's flow, with an icon for the types llm, code, branch, loop, kb, mcp, db and tool. (The typed
    node that is executed is `octopus.flow.types.AgentNode`.)"""

    def __init__(
        self,
        name: str,
        x: float = 0,
        y: float = 0,
        label: str | None = None,
        node_type: str = "llm",
        icon: str | None = None,
        inputs: int = 1,
        outputs: int = 1,
        **more: Any,
    ) -> None:
        super().__init__(name, x, y, label, node_type, inputs, outputs, icon=icon or AGENT_ICONS.get(node_type), **more)


class FlowchartNode(Node):
    """A node of a flowchart: a diamond for decisions (with two outputs), a parallelogram for data, a circle for
    connectors, a pill for start and end, else a rectangle."""

    def __init__(
        self,
        name: str,
        x: float = 0,
        y: float = 0,
        label: str | None = None,
        node_type: str = "process",
        **more: Any,
    ) -> None:
        width, height = FLOWCHART_SIZES.get(node_type, FLOWCHART_SIZE)
        options = {
            "outputs": 2 if node_type == "decision" else 1,
            "shape": FLOWCHART_SHAPES.get(node_type, "rect"),
            "width": width,
            "height": height,
            **more,
        }
        super().__init__(name, x, y, label, node_type, **options)
