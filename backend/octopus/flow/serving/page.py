"""FlowEditor -> what the page draws, as JSON. Whatever a program may write down becomes something the page understands:
unknown types are grey, unknown shapes rectangles."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from octopus.flow.components import FlowEditor, Node, NodePalette, PaletteGroup, PaletteItem
from octopus.flow.components.edge import Edge
from octopus.flow.looks import Role, look_of

SHAPES = {"circle", "ellipse", "diamond", "parallelogram"}
POLYGON = "polygon"
"""What fastflow calls a diamond."""
SIDES = {"top", "right", "bottom", "left"}
CONNECTORS = {"rounded", "smooth", "manhattan", "normal"}
STATUSES = {"pending", "running", "success", "error", "skipped", "cancelled"}


@dataclass(frozen=True, slots=True)
class NodeView:
    """Fields as in `components.Node`, colours by role. `symbol`: a drawn icon, where there is no `icon`."""

    id: str
    label: str
    type: str
    role: Role
    icon: str | None
    symbol: str | None
    is_pill: bool
    shape: str
    x: float
    y: float
    width: float
    height: float
    inputs: int
    outputs: int
    input_side: str
    output_side: str
    fill: str | None
    stroke: str | None
    text_color: str | None
    status: str | None


@dataclass(frozen=True, slots=True)
class EdgeView:
    id: str
    source: str
    target: str
    source_port: int
    target_port: int
    label: str
    dashed: bool
    color: str | None
    animated: bool
    connector: str


@dataclass(frozen=True, slots=True)
class PaletteView:
    label: str
    role: Role
    icon: str | None


@dataclass(frozen=True, slots=True)
class FlowView:
    """`palette`: the kinds of nodes as its palette names them; empty: the page names the colours. `grid`: pixels from
    one dot to the next; None: no dots."""

    id: str
    nodes: tuple[NodeView, ...]
    edges: tuple[EdgeView, ...]
    palette: tuple[PaletteView, ...]
    grid: int | None
    panning: bool
    mousewheel: bool
    auto_fit: bool


def flow_view(editor: FlowEditor, palettes: Iterable[NodePalette] = ()) -> FlowView:
    """`palettes`: those that stand beside the editor; only those that name it count."""
    aimed = [palette for palette in palettes if palette.target_editor == editor.id]
    return FlowView(
        id=editor.id,
        nodes=tuple(_node(node) for node in editor.nodes),
        edges=tuple(_edge(number, edge) for number, edge in enumerate(editor.edges, start=1)),
        palette=tuple(_entry(item) for palette in [*editor.palettes, *aimed] for item in _items(palette.items)),
        grid=editor.grid_size if editor.grid else None,
        panning=editor.panning,
        mousewheel=editor.mousewheel,
        auto_fit=editor.auto_fit,
    )


def _node(node: Node) -> NodeView:
    look = look_of(node.node_type)
    sides = node.port_positions or {}
    return NodeView(
        id=node.name,
        label=node.label,
        type=node.node_type,
        role=look.role,
        icon=node.icon,
        symbol=None if node.icon else look.symbol,
        is_pill=look.is_pill and node.shape == "rect",
        shape="diamond" if node.shape == POLYGON else _one_of(SHAPES, node.shape, "rect"),
        x=node.x,
        y=node.y,
        width=node.width,
        height=node.height,
        inputs=node.inputs,
        outputs=node.outputs,
        input_side=_one_of(SIDES, sides.get("inputs"), "top"),
        output_side=_one_of(SIDES, sides.get("outputs"), "bottom"),
        fill=node.fill,
        stroke=node.stroke,
        text_color=node.text_color,
        status=node.status if node.status in STATUSES else None,
    )


def _edge(number: int, edge: Edge) -> EdgeView:
    return EdgeView(
        id=f"e{number}",
        source=edge.source,
        target=edge.target,
        source_port=edge.source_port,
        target_port=edge.target_port,
        label=edge.label or "",
        dashed=edge.dashed,
        color=edge.color,
        animated=edge.animated,
        connector=_one_of(CONNECTORS, edge.connector, "rounded"),
    )


def _items(items: Iterable[PaletteItem | PaletteGroup]) -> Iterable[PaletteItem]:
    for item in items:
        yield from _items(item.items) if isinstance(item, PaletteGroup) else [item]


def _entry(item: PaletteItem) -> PaletteView:
    return PaletteView(item.label, look_of(item.node_type).role, item.icon)


def _one_of(known: set[str], value: Any, otherwise: str) -> str:
    return value if value in known else otherwise
