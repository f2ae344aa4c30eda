"""What a flow looks like, as plain frozen values: nodes, edges, the editor that holds them, a palette. A program writes
them down once; the page draws them. Nothing here runs anything, and none of it is ever shown as HTML.

The names, signatures and defaults are those of sgaseretto's fastflow, so that its programs need no other change.
"""

from octopus.flow.components.edge import Edge
from octopus.flow.components.editor import FlowEditor
from octopus.flow.components.from_typed import node_from_typed, nodes_from_typed, validate_typed_node
from octopus.flow.components.nodes import AgentNode, DAGNode, FlowchartNode, Node
from octopus.flow.components.palette import NodePalette, PaletteGroup, PaletteItem

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
    "node_from_typed",
    "nodes_from_typed",
    "validate_typed_node",
]
