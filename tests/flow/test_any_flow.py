"""Whatever the flow: an order that fits, and exactly one last message."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from octopus.flow import Choice, Drawing, DrawnEdge, DrawnNode, ExecutionStep, FlowExecutor
from octopus.flow.callbacks import CancelFlowException, RetryNodeException, SkipNodeException
from tests.support.flow_runs import finished, history, statuses, told

Values = dict[str, Any]
ACTS = ("value", "value", "value", "fail", "skip", "cancel", "retry", "choose")
FINAL = {"success", "error", "skipped", "cancelled"}


def _handler(act: str, port: int, order: list[str], node_id: str) -> Any:
    async def handler(context: Values, inputs: Values) -> Any:
        order.append(node_id)
        match act:
            case "fail":
                raise ValueError("boom")
            case "skip":
                raise SkipNodeException
            case "cancel":
                raise CancelFlowException
            case "retry":
                raise RetryNodeException(1, 0)
            case "choose":
                return Choice(port)
        return node_id

    return handler


@st.composite
def graphs(draw: st.DrawFn) -> list[tuple[list[int], str, int]]:
    """Per step what it depends on (earlier ones), what it does and which port it would choose."""
    return [
        (
            draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else [],
            draw(st.sampled_from(ACTS)),
            draw(st.integers(0, 2)),
        )
        for number in range(draw(st.integers(0, 8)))
    ]


@settings(max_examples=80, deadline=None)
@given(graphs())
def test_every_step_runs_after_those_it_depends_on_and_the_flow_has_one_end(
    graph: list[tuple[list[int], str, int]],
) -> None:
    order: list[str] = []
    steps = [
        ExecutionStep(f"s{n}", depends_on=[f"s{k}" for k in needs], handler=_handler(act, port, order, f"s{n}"))
        for n, (needs, act, port) in enumerate(graph)
    ]
    run = finished(FlowExecutor("g", steps))
    _check(run, len(steps))
    for step in steps:
        if step.node_id in order:
            came_first = [other for other in step.depends_on if other in order]
            assert all(order.index(other) < order.index(step.node_id) for other in came_first)


@settings(max_examples=80, deadline=None)
@given(graphs(), st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(0, 2)), max_size=6))
def test_whatever_is_drawn_the_flow_has_one_end(
    graph: list[tuple[list[int], str, int]], edges: list[tuple[int, int, int]]
) -> None:
    order: list[str] = []
    steps = [
        ExecutionStep(f"s{n}", depends_on=[f"s{k}" for k in needs], handler=_handler(act, port, order, f"s{n}"))
        for n, (needs, act, port) in enumerate(graph)
    ]
    nodes = tuple(DrawnNode(f"s{n}", ("default", "condition")[n % 2], outputs=3) for n in range(9))
    drawing = Drawing("g", nodes, tuple(DrawnEdge(f"s{a}", f"s{b}", port) for a, b, port in edges))
    _check(finished(FlowExecutor("g", steps, drawing=drawing)), 9)


def _check(run: Any, nodes: int) -> None:
    messages = told(run)
    ends = [event for event, _ in messages if event in ("complete", "error")]
    assert len(ends) == 1
    assert messages[-1][0] == ends[0]
    if len(messages) == 1:
        return
    seen = statuses(run)
    assert len(seen) == nodes
    assert set(seen.values()) <= FINAL
    assert all(history(run, node_id)[0] == "pending" for node_id in seen)
    moving = {
        (data["sourceId"], data["targetId"]): data["animated"] for event, data in messages if event == "edgeStatus"
    }
    assert not any(moving.values())
