"""Typed nodes and what is dispatched on them: `execute`, `validate`, `render`, `get_node_style`, `node_to_x6` (each
with `.register` for classes of your own, as in functools.singledispatch) and `can_connect` (for pairs of classes)."""

from octopus.flow.types.connecting import can_connect
from octopus.flow.types.executing import execute
from octopus.flow.types.nodes import (
    AgentNode,
    CodeNode,
    ConditionNode,
    DecisionNode,
    EndNode,
    FilterNode,
    FlowNode,
    InputNode,
    JoinNode,
    LLMNode,
    OutputNode,
    ProcessNode,
    StartNode,
    ToolNode,
    TransformNode,
)
from octopus.flow.types.registry import NODE_TYPE_MAP, register_node_type
from octopus.flow.types.rendering import render
from octopus.flow.types.styles import NODE_STYLES, get_node_style
from octopus.flow.types.validating import validate
from octopus.flow.types.x6 import node_from_x6, node_to_x6

__all__ = [
    "NODE_STYLES",
    "NODE_TYPE_MAP",
    "AgentNode",
    "CodeNode",
    "ConditionNode",
    "DecisionNode",
    "EndNode",
    "FilterNode",
    "FlowNode",
    "InputNode",
    "JoinNode",
    "LLMNode",
    "OutputNode",
    "ProcessNode",
    "StartNode",
    "ToolNode",
    "TransformNode",
    "can_connect",
    "execute",
    "get_node_style",
    "node_from_x6",
    "node_to_x6",
    "register_node_type",
    "render",
    "validate",
]
