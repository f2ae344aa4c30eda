"""octopus.flow: flows of plain Python functions, drawn, executed on octopus' own engine and watched live."""

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
    "node_status",
    "run_sequential",
]
