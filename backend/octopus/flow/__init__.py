"""octopus.flow: pipelines of plain Python functions, drawn, executed and watched live."""

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

__all__ = [
    "AgentNode",
    "DAGNode",
    "Edge",
    "FlowEditor",
    "FlowchartNode",
    "Node",
    "NodePalette",
    "PaletteGroup",
    "PaletteItem",
]
