"""Plans changed by hand: loops, whose bodies are found here anew, by walking, rather than by the compiler, and policies
of steps."""

from dataclasses import dataclass, replace
from typing import Any, Literal

from octopus.compiler.plan import Plan, PlannedEdge, PlannedLoop
from octopus.domain.pipeline import Policy


@dataclass(frozen=True)
class Loop:
    """`Loop("retry.model -> train.train")`; its edge id is `l<number>` unless said."""

    ends: str
    limit: int = 3
    on_limit: Literal["fail", "continue"] = "fail"
    edge_id: str = ""


def with_loops(plan: Plan, *loops: Loop) -> Plan:
    """`plan`, whose edges are all forward ones, with these loop edges."""
    down = {step.id: _reach(plan, step.id) for step in plan.steps}
    planned = [_planned(plan, loop, number, down) for number, loop in enumerate(loops, start=1)]
    planned = [replace(loop, parent=_parent(loop, planned)) for loop in planned]
    edges = [
        PlannedEdge(loop.edge_id, loop.source, loop.source_port, loop.target, loop.target_port, "loop")
        for loop in planned
    ]
    return replace(plan, edges=(*plan.edges, *edges), loops=tuple(planned))


def with_policy(plan: Plan, step_id: str, **policy: Any) -> Plan:
    """`plan` in which the step has this policy."""
    return with_step(plan, step_id, policy=Policy(**policy))


def with_step(plan: Plan, step_id: str, **changes: Any) -> Plan:
    """`plan` in which these fields of the planned step are changed."""
    steps = (replace(step, **changes) if step.id == step_id else step for step in plan.steps)
    return replace(plan, steps=tuple(steps))


def _planned(plan: Plan, loop: Loop, number: int, down: dict[str, set[str]]) -> PlannedLoop:
    (source, source_port), (target, target_port) = (end.strip().split(".") for end in loop.ends.split("->"))
    body = {step for step in down[target] if source in down[step]}
    repeats = set().union(*(down[step] for step in body))
    order = [step.id for step in plan.steps]
    return PlannedLoop(
        edge_id=loop.edge_id or f"l{number}",
        source=source,
        source_port=source_port,
        target=target,
        target_port=target_port,
        body=tuple(step for step in order if step in body),
        repeats=tuple(step for step in order if step in repeats),
        max_iterations=loop.limit,
        on_limit=loop.on_limit,
    )


def _reach(plan: Plan, start: str) -> set[str]:
    """`start` and everything downstream of it."""
    found, waiting = {start}, [start]
    while waiting:
        step = waiting.pop()
        for edge in plan.edges:
            if edge.kind == "data" and edge.source == step and edge.target not in found:
                found.add(edge.target)
                waiting.append(edge.target)
    return found


def _parent(loop: PlannedLoop, loops: list[PlannedLoop]) -> str | None:
    around = [other for other in loops if set(other.body) > set(loop.body)]
    return min(around, key=lambda other: len(other.body)).edge_id if around else None
