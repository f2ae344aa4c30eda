"""Runs flows to their end and reads what they told."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from octopus.flow import Drawing, DrawnEdge, DrawnNode, ExecutionStep, FlowExecutor, FlowRun

PATIENCE_S = 60.0
Message = tuple[str, dict[str, Any]]


def finished(executor: FlowExecutor, context: dict[str, Any] | None = None) -> FlowRun:
    """A run of it, over."""
    run = executor.start(context)
    assert run.wait(PATIENCE_S), "the run did not end"
    return run


def flow(*steps: ExecutionStep, drawing: Drawing | None = None, callbacks: Sequence[Any] = ()) -> FlowExecutor:
    return FlowExecutor("g", list(steps), list(callbacks), drawing)


def step(node_id: str, *depends_on: str, handler: Any = None, **more: Any) -> ExecutionStep:
    """A step whose handler, unless given, returns its node's id."""

    async def say_own_name(context: dict[str, Any], inputs: dict[str, Any]) -> str:
        return node_id

    return ExecutionStep(node_id, depends_on=list(depends_on), handler=handler or say_own_name, **more)


def simulated(node_id: str, *depends_on: str, duration: float = 0.0) -> ExecutionStep:
    return ExecutionStep(node_id, depends_on=list(depends_on), duration=duration)


def drawn(*edges: str, types: Mapping[str, str] | None = None, **limits: int) -> Drawing:
    """`drawn("a -> b", "evaluate -0-> deploy: pass", types={"evaluate": "condition"})`: the drawing of these edges,
    each with its output port's number and its label if it has them. `limits`: max_iterations by the edge's source."""
    read = [_edge(text, limits) for text in edges]
    names = dict.fromkeys(name for edge in read for name in (edge.source, edge.target))
    kinds = types or {}
    ports = {name: max([edge.source_port + 1 for edge in read if edge.source == name], default=1) for name in names}
    nodes = tuple(DrawnNode(name, kinds.get(name, "default"), name.title(), ports[name]) for name in names)
    return Drawing("g", nodes, tuple(read))


def _edge(text: str, limits: Mapping[str, int]) -> DrawnEdge:
    ends, _, label = text.partition(":")
    source, arrow, target = ends.split()
    port = int(arrow.strip("->") or 0)
    return DrawnEdge(source, target, port, label.strip(), max_iterations=limits.get(source))


def told(run: FlowRun) -> list[Message]:
    """What the run said, in its order: event name and data."""
    return [read(message) for message in run.messages()]


def read(message: str) -> Message:
    lines = dict(line.split(": ", 1) for line in message.strip().split("\n"))
    data: dict[str, Any] = json.loads(lines["data"])
    return lines["event"], data


def last(run: FlowRun) -> Message:
    return told(run)[-1]


def statuses(run: FlowRun) -> dict[str, str]:
    """Per node the last status that was told."""
    return {data["nodeId"]: data["status"] for event, data in told(run) if event == "nodeStatus"}


def history(run: FlowRun, node_id: str) -> list[str]:
    """Every status of the node, in order."""
    return [data["status"] for event, data in told(run) if event == "nodeStatus" and data["nodeId"] == node_id]


def results(run: FlowRun) -> dict[str, Any]:
    event, data = last(run)
    assert event == "complete", data
    shown: dict[str, Any] = data["results"]
    return shown


def failure(run: FlowRun) -> str:
    event, data = last(run)
    assert event == "error", data
    text: str = data["message"]
    return text
