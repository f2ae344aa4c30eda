"""The parts of a drawing: fastflow's names, signatures and defaults, as plain frozen values."""

from dataclasses import FrozenInstanceError, dataclass

import pytest

from octopus.flow import (
    AgentNode,
    DAGNode,
    Drawing,
    DrawnEdge,
    DrawnNode,
    Edge,
    FlowchartNode,
    FlowEditor,
    Node,
    NodePalette,
    PaletteGroup,
    PaletteItem,
)
from octopus.flow.components import node_from_typed, nodes_from_typed, validate_typed_node
from octopus.flow.serving.page import flow_view
from octopus.flow.types import FlowNode, InputNode, LLMNode, get_node_style


def test_a_node_has_fastflows_defaults() -> None:
    node = Node("n")
    assert (node.x, node.y, node.label, node.node_type) == (0, 0, "n", "default")
    assert (node.inputs, node.outputs, node.width, node.height, node.shape) == (1, 1, 160, 60, "rect")
    assert (node.icon, node.status, node.port_positions, node.data) == (None, None, None, {})


def test_parts_are_read_like_dictionaries_too() -> None:
    node = Node("test-node", x=100, y=200, inputs=1, outputs=2, node_type="agent", team="blue")
    assert (node["_type"], node["id"], node["name"], node["x"]) == ("node", "test-node", "test-node", 100)
    assert (node["outputs"], node["node_type"], node["team"]) == (2, "agent", "blue")
    edge = Edge(source="a", target="b", label="next", dashed=True)
    assert (edge["_type"], edge["source"], edge["label"], edge["dashed"]) == ("edge", "a", "next", True)
    with pytest.raises(KeyError):
        node["colour"]


def test_parts_are_values() -> None:
    assert Node("a", x=1) == Node("a", x=1)
    assert Edge("a", "b") != Edge("a", "b", dashed=True)
    with pytest.raises(FrozenInstanceError):
        Node("a").x = 3  # type: ignore[misc]


def test_an_edge_has_fastflows_defaults() -> None:
    edge = Edge("a", "b")
    assert (edge.label, edge.source_port, edge.target_port, edge.dashed) == (None, 0, 0, False)
    assert (edge.connector, edge.router, edge.color, edge.animated, edge.marker) == (
        "rounded",
        "manhattan",
        None,
        False,
        "block",
    )
    assert Edge("a", "b", relationship="1:N").router == "er"


@pytest.mark.parametrize(
    ("node", "icon", "size"),
    [
        (DAGNode("n", node_type="input"), "📥", (100, 50)),
        (DAGNode("n", node_type="input", icon="★"), "★", (100, 50)),
        (DAGNode("n", node_type="of my own"), None, (100, 50)),
        (DAGNode("n", width=200), None, (200, 50)),
        (AgentNode("n"), "🧠", (160, 60)),
        (FlowchartNode("n", node_type="decision"), None, (100, 60)),
    ],
)
def test_kinds_of_nodes_bring_icons_and_sizes(node: Node, icon: str | None, size: tuple[int, int]) -> None:
    assert (node.icon, (node.width, node.height)) == (icon, size)
    assert isinstance(node, Node)


def test_a_decision_of_a_flowchart_is_a_diamond_with_two_outputs() -> None:
    node = FlowchartNode("n", node_type="decision")
    assert (node.shape, node.outputs) == ("diamond", 2)


def test_an_editor_keeps_its_parts_in_order_and_has_fastflows_defaults() -> None:
    editor = FlowEditor(Edge("b", "a"), Node("b"), Node("a"))
    assert [node.name for node in editor.nodes] == ["b", "a"]
    assert (editor.id, editor.width, editor.height, editor.grid, editor.grid_size) == (
        "flowgraph",
        "100%",
        "600px",
        True,
        10,
    )


def test_an_editor_tells_the_executor_what_it_has_to_know() -> None:
    editor = FlowEditor(
        Node("check", node_type="condition", outputs=2, label="Check"),
        Node("end"),
        Edge("check", "end", label="pass", source_port=1, dashed=True, max_iterations=5, on_limit="continue"),
        id="g",
    )
    assert editor.drawing() == Drawing(
        "g",
        (DrawnNode("check", "condition", "Check", 2), DrawnNode("end", "default", "end", 1)),
        (DrawnEdge("check", "end", 1, "pass", True, 5, "continue"),),
    )


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ((Node("a"), Node("a")), "two nodes 'a'"),
        ((Node("a"), Edge("a", "b")), "ends at 'b'"),
    ],
)
def test_a_drawing_that_does_not_fit_together_is_refused(parts: tuple[Node | Edge, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        FlowEditor(*parts)


def test_what_the_page_does_not_know_is_drawn_all_the_same() -> None:
    node = Node(
        "n",
        node_type="mine",
        shape="star",
        status="bored",
        port_positions={"inputs": "middle"},  # type: ignore[dict-item]
    )
    (shown,) = flow_view(FlowEditor(node, id="g")).nodes
    assert (shown.role, shown.shape, shown.status) == ("generic", "rect", None)
    assert (shown.input_side, shown.output_side) == ("top", "bottom")


def test_a_palette_inside_an_editor_and_one_beside_it_are_shown() -> None:
    inside = NodePalette(PaletteItem("llm", "Model"))
    beside = NodePalette(PaletteGroup(PaletteItem("tool", "Retry", icon="🛠️"), title="More"), target_editor="g")
    other = NodePalette(PaletteItem("db", "Storage"), target_editor="another")
    shown = flow_view(FlowEditor(inside, id="g"), [beside, other]).palette
    assert [(entry.label, entry.role, entry.icon) for entry in shown] == [
        ("Model", "model", None),
        ("Retry", "retry", "🛠️"),
    ]


def test_typed_nodes_become_nodes_of_a_drawing() -> None:
    node = node_from_typed(InputNode(id="load", x=10, y=20, label="Load Data", source="database"))
    assert (node.name, node.x, node.y, node.label, node.node_type) == ("load", 10, 20, "Load Data", "input")
    assert (node.inputs, node.outputs, node.data["source"], node.fill) == (0, 1, "database", None)
    drawn = nodes_from_typed([InputNode(id="a"), LLMNode(id="b")])
    assert [one.role for one in flow_view(FlowEditor(*drawn)).nodes] == ["io", "model"]
    assert validate_typed_node(InputNode(id="a", label="A", source="database")) == []


def test_a_typed_node_of_ones_own_keeps_the_style_registered_for_it() -> None:
    @dataclass
    class MineNode(FlowNode):
        depth: int = 3

    @get_node_style.register
    def _(node: MineNode) -> dict[str, str]:
        return {"fill": "#112233", "stroke": "#445566", "textColor": "#ffffff"}

    node = node_from_typed(MineNode(id="m"))
    assert (node.fill, node.stroke, node.text_color, node.data) == ("#112233", "#445566", "#ffffff", {"depth": 3})
