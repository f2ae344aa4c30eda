"""render: a typed node as a piece of HTML, dispatched on its class. Extend with `@render.register`."""

from functools import singledispatch
from html import escape

from octopus.flow.types.nodes import AgentNode, CodeNode, ConditionNode, DecisionNode, FlowNode, LLMNode, ToolNode
from octopus.flow.types.styles import get_node_style


@singledispatch
def render(node: FlowNode) -> str:
    """`node` as HTML: a div of class `node-<type>` with its label. All texts are escaped."""
    return _card(node)


@render.register
def _agent(node: AgentNode) -> str:
    return _card(node, f"Model: {node.model}")


@render.register
def _llm(node: LLMNode) -> str:
    return _card(node, node.model)


@render.register
def _tool(node: ToolNode) -> str:
    return _card(node, node.tool_name or "No tool")


@render.register
def _condition(node: ConditionNode) -> str:
    return _card(node, node.condition or "?")


@render.register
def _decision(node: DecisionNode) -> str:
    return _card(node, node.question or "?")


@render.register
def _code(node: CodeNode) -> str:
    return _card(node, f"({node.language})")


def _card(node: FlowNode, under_label: str = "") -> str:
    colour = escape(get_node_style(node)["textColor"])
    below = f'<div class="node-subtitle">{escape(under_label)}</div>' if under_label else ""
    kind = escape(node.node_type)
    return (
        f'<div class="node-{kind}" style="color: {colour}">'
        f'<span class="node-label">{escape(node.label or node.id)}</span>{below}</div>'
    )
