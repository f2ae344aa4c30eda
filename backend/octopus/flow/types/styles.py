"""Colours of typed nodes. get_node_style is dispatched on the class; extend it with `@get_node_style.register`."""

from functools import singledispatch

from octopus.flow.types.nodes import FlowNode

Style = dict[str, str]

GREEN: Style = {"fill": "#dcfce7", "stroke": "#4ade80", "textColor": "#166534"}
BLUE: Style = {"fill": "#e0f2fe", "stroke": "#38bdf8", "textColor": "#0369a1"}
YELLOW: Style = {"fill": "#fef3c7", "stroke": "#fbbf24", "textColor": "#92400e"}
PINK: Style = {"fill": "#fce7f3", "stroke": "#f472b6", "textColor": "#9d174d"}
PURPLE: Style = {"fill": "#f3e8ff", "stroke": "#c084fc", "textColor": "#6b21a8"}
DARK: Style = {"fill": "#1e293b", "stroke": "#1e293b", "textColor": "#ffffff"}
GREY: Style = {"fill": "#f1f5f9", "stroke": "#94a3b8", "textColor": "#334155"}

NODE_STYLES: dict[str, Style] = {
    "start": DARK,
    "end": DARK,
    "input": GREEN,
    "output": GREEN,
    "filter": BLUE,
    "transform": BLUE,
    "process": BLUE,
    "agent": BLUE,
    "code": BLUE,
    "llm": PURPLE,
    "join": YELLOW,
    "condition": YELLOW,
    "decision": YELLOW,
    "tool": PINK,
    "default": GREY,
}
"""Per node type `fill`, `stroke` and `textColor`, as CSS colours."""


@singledispatch
def get_node_style(node: FlowNode) -> Style:
    """`fill`, `stroke` and `textColor` of the node's type; grey for an unknown one."""
    return NODE_STYLES.get(node.node_type, NODE_STYLES["default"])
