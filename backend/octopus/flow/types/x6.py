"""Typed nodes as the JSON of fastflow's editor (AntV X6), for programs that keep their graphs that way."""

from dataclasses import MISSING, fields
from functools import singledispatch
from typing import Any

from octopus.flow.types.nodes import FlowNode
from octopus.flow.types.registry import NODE_TYPE_MAP

_BASE = frozenset(field.name for field in fields(FlowNode))


@singledispatch
def node_to_x6(node: FlowNode) -> dict[str, Any]:
    """`{id, x, y, width, height, data: {label, nodeType, inputs, outputs, ...}}`; `data` also holds the fields of the
    node's own class."""
    own = {name: value for name, value in vars(node).items() if name not in _BASE and not name.startswith("_")}
    data = {"label": node.label or node.id, "nodeType": node.node_type, "inputs": 1, "outputs": 1, **node.data, **own}
    return {"id": node.id, "x": node.x, "y": node.y, "width": node.width, "height": node.height, "data": data}


def node_from_x6(data: dict[str, Any]) -> FlowNode:
    """The typed node of that JSON; a FlowNode if its `nodeType` is not registered. What its class has no field for is
    kept in the node's `data`."""
    stated = dict(data.get("data", {}))
    cls = NODE_TYPE_MAP.get(stated.pop("nodeType", "default"), FlowNode)
    known = {field.name for field in fields(cls) if field.init} - {"id", "data"}
    size = {name: data[name] for name in ("x", "y", "width", "height") if name in data}
    own = {name: stated.pop(name) for name in known & stated.keys()}
    for name in ("inputs", "outputs"):
        stated.pop(name, None)
    named: dict[str, Any] = {"id": str(data.get("id", "")), "data": stated}
    return cls(**(named | _needed(cls) | size | own))


def _needed(cls: type[FlowNode]) -> dict[str, Any]:
    """None for fields of a user's class that have no default, so that half a node can be read."""
    return {
        field.name: None
        for field in fields(cls)
        if field.init and field.name != "id" and field.default is MISSING and field.default_factory is MISSING
    }
