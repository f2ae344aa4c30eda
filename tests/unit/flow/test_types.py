"""Typed nodes and what is dispatched on them."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from octopus.flow.types import (
    NODE_STYLES,
    NODE_TYPE_MAP,
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
    can_connect,
    execute,
    get_node_style,
    node_from_x6,
    node_to_x6,
    register_node_type,
    render,
    validate,
)
from tests.support.flow_runs import finished, flow, results

Values = dict[str, Any]


def _run(node: FlowNode, context: Values | None = None, inputs: Values | None = None) -> Any:
    return asyncio.run(execute(node, context or {}, inputs or {}))


@dataclass
class ScaleNode(FlowNode):
    """A user's own."""

    factor: float = 2.0
    outputs: int = 1


@execute.register
async def _execute_scale(node: ScaleNode, context: Values, inputs: Values) -> float:
    return node.factor * sum(inputs.values())


@validate.register
def _validate_scale(node: ScaleNode) -> list[str]:
    return [] if node.factor else ["ScaleNode must have a factor"]


@render.register
def _render_scale(node: ScaleNode) -> str:
    return f"<b>times {node.factor:g}</b>"


@pytest.mark.parametrize(
    ("node", "kind", "inputs", "outputs"),
    [
        (StartNode("n"), "start", 0, 1),
        (EndNode("n"), "end", 1, 0),
        (InputNode("n"), "input", 0, 1),
        (OutputNode("n"), "output", 1, 0),
        (FilterNode("n"), "filter", 1, 1),
        (JoinNode("n"), "join", 2, 1),
        (TransformNode("n"), "transform", 1, 1),
        (ProcessNode("n"), "process", 1, 1),
        (DecisionNode("n"), "decision", 1, 2),
        (ConditionNode("n"), "condition", 1, 2),
        (CodeNode("n"), "code", 1, 1),
        (AgentNode("n"), "agent", 1, 1),
        (ToolNode("n"), "tool", 1, 1),
        (LLMNode("n"), "llm", 1, 1),
    ],
)
def test_every_type_has_its_ports_its_style_and_a_place_in_the_registry(
    node: Any, kind: str, inputs: int, outputs: int
) -> None:
    assert (node.node_type, node.inputs, node.outputs) == (kind, inputs, outputs)
    assert NODE_TYPE_MAP[kind] is type(node)
    assert get_node_style(node) == NODE_STYLES[kind]
    assert f'class="node-{kind}"' in render(node)


def test_start_and_end_pass_on_what_they_are_given() -> None:
    assert _run(StartNode("s"), {"initial_data": {"foo": "bar"}}) == {"foo": "bar"}
    assert _run(StartNode("s")) == {}
    assert _run(EndNode("e"), {}, {"a": 1}) == {"final_results": {"a": 1}}


def test_agents_and_models_call_what_the_context_has() -> None:
    async def llm(inputs: Values, **options: Any) -> Values:
        return options

    agent = AgentNode("a", model="m", temperature=0.5, system_prompt="be kind")
    assert _run(agent, {"llm": llm}) == {"model": "m", "temperature": 0.5, "system_prompt": "be kind"}
    assert _run(LLMNode("l"), {"llm": llm}) == {"model": "gpt-4", "temperature": 0.7, "max_tokens": 1024}
    assert _run(AgentNode("a"), {"agent": lambda inputs, **options: "sync"}) == "sync"
    for node in (AgentNode("n"), LLMNode("n")):
        assert _run(node, {}, {"a": 1}) == {"status": "no_llm_configured", "node_id": "n", "inputs": {"a": 1}}


def test_a_tool_is_found_by_its_name() -> None:
    tools = {"add": lambda inputs: sum(inputs.values())}
    assert _run(ToolNode("t", tool_name="add"), {"tools": tools}, {"a": 1, "b": 2}) == 3
    assert _run(ToolNode("t", tool_name="sub"), {"tools": tools}) == {"status": "tool_not_found", "tool_name": "sub"}


def test_code_leaves_its_result() -> None:
    assert _run(CodeNode("c", code="result = inputs['a'] * context['n']"), {"n": 3}, {"a": 2}) == 6
    assert _run(CodeNode("c")) == {"status": "no_code", "node_id": "c"}
    assert _run(CodeNode("c", code="1", language="javascript"))["status"] == "unsupported_language"
    with pytest.raises(ZeroDivisionError):
        _run(CodeNode("c", code="1 / 0"))


@pytest.mark.parametrize(("condition", "holds"), [("", True), ("inputs['a'] > 1", False), ("context", False)])
def test_a_condition_is_an_expression(condition: str, holds: bool) -> None:
    assert _run(ConditionNode("c", condition=condition), {}, {"a": 1}) is holds


def test_a_node_with_nothing_to_execute_says_that_it_is_completed() -> None:
    assert _run(FilterNode("f")) == {"status": "completed", "node_id": "f"}


@pytest.mark.parametrize(
    ("node", "problems"),
    [
        (AgentNode("a"), []),
        (FlowNode(""), ["Node must have an id"]),
        (
            AgentNode("a", model="", temperature=3),
            ["AgentNode must specify a model", "Temperature must be between 0 and 2, not 3"],
        ),
        (LLMNode("l", model=""), ["LLMNode must specify a model"]),
        (ToolNode(""), ["Node must have an id", "ToolNode must specify a tool_name"]),
        (CodeNode("c", language="cobol"), ["Unsupported language: cobol (one of python, javascript)"]),
        (ScaleNode("s", factor=0), ["ScaleNode must have a factor"]),
    ],
)
def test_validate_says_what_is_wrong(node: FlowNode, problems: list[str]) -> None:
    assert validate(node) == problems


def test_texts_are_escaped_when_rendered() -> None:
    html = render(AgentNode("a", label="<script>", model='"&'))
    assert "<script>" not in html
    assert "Model: &quot;&amp;" in html


def test_a_class_of_ones_own_is_executed_by_a_run() -> None:
    from octopus.flow import ExecutionStep

    async def one(context: Values, inputs: Values) -> int:
        return 21

    steps = [ExecutionStep("a", handler=one), ExecutionStep("b", node=ScaleNode("b"), depends_on=["a"])]
    assert results(finished(flow(*steps)))["b"] == 42.0
    assert render(ScaleNode("s")) == "<b>times 2</b>"


def test_edges_may_lead_where_both_ends_allow_it() -> None:
    start, end, agent = StartNode("s"), EndNode("e"), AgentNode("a")
    assert can_connect(start, agent) == (True, "")
    assert can_connect(start, end) == (False, "Cannot connect start directly to end")
    assert can_connect(end, agent) == (False, "End node cannot have outgoing connections")
    assert can_connect(agent, start) == (False, "Start node cannot have incoming connections")
    assert can_connect(OutputNode("o"), agent) == (False, "Output node cannot have outgoing connections")
    assert can_connect(agent, InputNode("i")) == (False, "Input node cannot have incoming connections")


def test_rules_for_connections_can_be_added_for_ones_own_classes() -> None:
    @can_connect.register(ScaleNode, ScaleNode)
    def _twice(source: FlowNode, target: FlowNode) -> tuple[bool, str]:
        return False, "scale once"

    assert can_connect(ScaleNode("a"), ScaleNode("b")) == (False, "scale once")
    assert can_connect(ScaleNode("a"), AgentNode("b")) == (True, "")


def test_nodes_survive_the_way_through_x6() -> None:
    for node in (
        AgentNode("a", x=1, y=2, model="m", data={"k": "v"}),
        StartNode("s", label="go"),
        FlowNode("f", label="f"),
    ):
        assert node_from_x6(node_to_x6(node)) == node
    read = node_from_x6({"id": 7, "data": {"label": "L", "nodeType": "agent", "model": "m", "odd": 1}})
    assert read == AgentNode("7", label="L", model="m", data={"odd": 1})


def test_a_type_of_ones_own_can_be_registered_by_name() -> None:
    register_node_type("Scale", ScaleNode)
    assert NODE_TYPE_MAP["scale"] is ScaleNode
    assert node_from_x6({"id": "s", "data": {"nodeType": "scale", "factor": 3}}) == ScaleNode("s", factor=3)
