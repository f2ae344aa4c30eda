"""Typed nodes (octopus.flow.types) as nodes of a drawing."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from octopus.flow.components.nodes import Node
from octopus.flow.types import NODE_STYLES, FlowNode, get_node_style, validate

_DRAWN = {"id", "x", "y", "width", "height", "label", "data", "inputs", "outputs"}


def node_from_typed(typed_node: FlowNode) -> Node:
    """A node of the drawing with the typed node's id, place, size, label and ports; its other fields are the node's
    `data`. It has the colours of its type, unless `get_node_style` is registered for its class and says otherwise."""
    style = get_node_style(typed_node)
    is_own = style != NODE_STYLES.get(typed_node.node_type, NODE_STYLES["default"])
    more = {one.name: getattr(typed_node, one.name) for one in fields(typed_node) if one.name not in _DRAWN}
    ports: dict[str, Any] = {side: getattr(typed_node, side, 1) for side in ("inputs", "outputs")}
    return Node(
        typed_node.id,
        typed_node.x,
        typed_node.y,
        typed_node.label or typed_node.id,
        typed_node.node_type,
        width=typed_node.width,
        height=typed_node.height,
        data={**typed_node.data, **more},
        fill=style.get("fill") if is_own else None,
        stroke=style.get("stroke") if is_own else None,
        text_color=style.get("textColor") if is_own else None,
        **ports,
    )


def nodes_from_typed(typed_nodes: Iterable[FlowNode]) -> list[Node]:
    """Each as `node_from_typed` makes it."""
    return [node_from_typed(one) for one in typed_nodes]


def validate_typed_node(typed_node: FlowNode) -> list[str]:
    """What is wrong with a typed node, one sentence each; empty if nothing is."""
    return list(validate(typed_node))
