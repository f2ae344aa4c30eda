"""octopus.flow: flows of plain Python functions, drawn, executed on octopus' own engine and watched live."""

from typing import TYPE_CHECKING, Any

from octopus.flow.choice import Choice
from octopus.flow.components import (
    AgentNode,
    DAGNode,
    Edge,
    FlowchartNode,
    FlowEditor,
    Node,
    NodePalette,
    PaletteGroup,
    PaletteItem,
    node_from_typed,
    nodes_from_typed,
    validate_typed_node,
)
from octopus.flow.drawing import Drawing, DrawnEdge, DrawnNode
from octopus.flow.event_stream import EventStream
from octopus.flow.execution import (
    ExecutionStep,
    FlowExecutor,
    FlowRun,
    edge_status,
    execution_complete,
    execution_error,
    node_status,
    run_sequential,
)

if TYPE_CHECKING:
    from octopus.flow.serving.app import flow_app
    from octopus.flow.serving.server import serve

__all__ = [
    "AgentNode",
    "Choice",
    "DAGNode",
    "Drawing",
    "DrawnEdge",
    "DrawnNode",
    "Edge",
    "EventStream",
    "ExecutionStep",
    "FlowEditor",
    "FlowExecutor",
    "FlowRun",
    "FlowchartNode",
    "Node",
    "NodePalette",
    "PaletteGroup",
    "PaletteItem",
    "edge_status",
    "execution_complete",
    "execution_error",
    "flow_app",
    "node_from_typed",
    "node_status",
    "nodes_from_typed",
    "run_sequential",
    "serve",
    "validate_typed_node",
]


def __getattr__(name: str) -> Any:
    """The server is imported when a flow is served, not before: one that runs in a script or a notebook needs none."""
    if name == "serve":
        from octopus.flow.serving.server import serve

        return serve
    if name == "flow_app":
        from octopus.flow.serving.app import flow_app

        return flow_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
