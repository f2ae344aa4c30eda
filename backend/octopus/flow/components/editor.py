"""The editor: a whole drawing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from octopus.flow.components.edge import Edge
from octopus.flow.components.nodes import Node
from octopus.flow.components.palette import NodePalette
from octopus.flow.components.part import Part
from octopus.flow.drawing import Drawing, DrawnEdge, DrawnNode


@dataclass(frozen=True, init=False)
class FlowEditor(Part):
    """A drawing: its nodes and edges, in any order, and how it is shown.

    `id`: the `graph_id` of the `FlowExecutor` that executes it. `grid`, `grid_size`: dots behind it, and how far apart,
    in pixels. `panning`, `mousewheel`: move and zoom with the mouse. `auto_fit`: all of it is in view at first. What is
    drawn here is the program's and cannot be changed in the browser, whatever `connecting`, `selecting` and `readonly`
    say; so nothing is ever sent to the addresses `on_...`. `width` and `height` are kept: the page fills the window.
    Raises ValueError for a second node of one name, for an edge whose end is not there, and for `initial_data`.
    """

    KIND = "editor"
    children: tuple[Part, ...]
    id: str
    width: str
    height: str
    grid: bool
    grid_size: int
    panning: bool
    mousewheel: bool
    connecting: bool
    selecting: bool
    readonly: bool
    auto_fit: bool
    on_change: str | None
    on_node_select: str | None
    on_node_added: str | None
    on_node_removed: str | None
    on_edge_connected: str | None
    on_edge_removed: str | None
    initial_data: str | None
    cls: str
    extra: Mapping[str, Any]

    def __init__(
        self,
        *children: Part,
        id: str = "flowgraph",
        width: str = "100%",
        height: str = "600px",
        grid: bool = True,
        grid_size: int = 10,
        panning: bool = True,
        mousewheel: bool = True,
        connecting: bool = True,
        selecting: bool = True,
        readonly: bool = False,
        auto_fit: bool = True,
        on_change: str | None = None,
        on_node_select: str | None = None,
        on_node_added: str | None = None,
        on_node_removed: str | None = None,
        on_edge_connected: str | None = None,
        on_edge_removed: str | None = None,
        initial_data: str | None = None,
        cls: str = "",
        **extra: Any,
    ) -> None:
        self._fill(locals())
        _check(self)

    @property
    def nodes(self) -> tuple[Node, ...]:
        """In the order in which they were given."""
        return tuple(child for child in self.children if isinstance(child, Node))

    @property
    def edges(self) -> tuple[Edge, ...]:
        """In the order in which they were given."""
        return tuple(child for child in self.children if isinstance(child, Edge))

    def drawing(self) -> Drawing:
        """What the executor has to know of it."""
        return Drawing(
            self.id,
            tuple(DrawnNode(node.name, node.node_type, node.label, node.outputs) for node in self.nodes),
            tuple(
                DrawnEdge(
                    edge.source,
                    edge.target,
                    edge.source_port,
                    edge.label or "",
                    edge.dashed,
                    edge.max_iterations,
                    edge.on_limit,
                )
                for edge in self.edges
            ),
        )

    @property
    def palettes(self) -> tuple[NodePalette, ...]:
        return tuple(child for child in self.children if isinstance(child, NodePalette))


def _check(editor: FlowEditor) -> None:
    names: set[str] = set()
    for node in editor.nodes:
        if node.name in names:
            raise ValueError(f"FlowEditor {editor.id!r} has two nodes {node.name!r}; give each a name of its own.")
        names.add(node.name)
    for edge in editor.edges:
        for end in (edge.source, edge.target):
            if end not in names:
                arrow = f"{edge.source} -> {edge.target}"
                raise ValueError(f"FlowEditor {editor.id!r}: the edge {arrow} ends at {end!r}, which is no node of it.")
    if editor.initial_data is not None:
        raise ValueError(f"FlowEditor {editor.id!r}: give the nodes and edges themselves instead of initial_data.")
