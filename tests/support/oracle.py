"""The end of a run as DESIGN's rules give it, found without any machine: no queue, no tokens, no order of answers.

All steps that can be judged are judged at once, again and again; then all loops that can fire do. What an edge carries
is looked up from where its source stands. Valid for runs that nobody stops.
"""

from dataclasses import dataclass, field

from octopus.compiler.plan import Plan, PlannedLoop, PlannedStep
from octopus.engine.commands import Delivery
from octopus.engine.signals import StepRunKey
from tests.support.invariants import BAD, GOOD, is_inside
from tests.support.play import Act


@dataclass
class Stand:
    """A step: how it ended in its iteration. `failed_above`: it was skipped since something upstream failed."""

    iteration: int = 1
    attempt: int = 1
    status: str = "pending"
    ports: frozenset[str] = frozenset()
    failed_above: bool = False


@dataclass
class Expected:
    """`starts`: every attempt with the inputs it was given. `fed`: per loop that fired which step run made its
    value."""

    plan: Plan
    acts: dict[str, tuple[Act, ...]]
    steps: dict[str, Stand]
    executions: dict[str, int] = field(default_factory=dict)
    starts: dict[StepRunKey, dict[str, tuple[Delivery, ...]]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    fed: dict[str, StepRunKey] = field(default_factory=dict)
    answered: set[tuple[str, int]] = field(default_factory=set)
    failed_loops: set[str] = field(default_factory=set)

    @property
    def run_status(self) -> str:
        by_id = {step.id: step for step in self.plan.steps}
        failed = [
            step_id
            for step_id, stand in self.steps.items()
            if stand.status in BAD and by_id[step_id].policy.on_failure == "fail"
        ]
        return "failed" if failed or self.failed_loops else "succeeded"


def expected(plan: Plan, acts: dict[str, tuple[Act, ...]]) -> Expected:
    end = Expected(plan, acts, {step.id: Stand() for step in plan.steps})
    while True:
        for step in plan.steps:
            if end.steps[step.id].status == "pending":
                _perform(end, step)
        if not _fire(end):
            return end


def _perform(end: Expected, step: PlannedStep) -> None:
    stand = end.steps[step.id]
    incoming = [edge for edge in end.plan.edges if edge.kind == "data" and edge.target == step.id]
    fates = {edge.id: _fate(end, edge.source, edge.source_port) for edge in incoming}
    arrived = {edge.target_port for edge in incoming if fates[edge.id] == "delivered"}
    lacks = any(port.required and port.name not in arrived for port in step.inputs)
    if not step.enabled:
        stand.status = "skipped"
    elif "failed" in fates.values():
        stand.status, stand.failed_above = "skipped", True
    elif lacks or (incoming and not arrived):
        stand.status = "skipped"
    else:
        _execute(end, step)


def _fate(end: Expected, step_id: str, port: str) -> str:
    stand = end.steps[step_id]
    policy = next(step.policy for step in end.plan.steps if step.id == step_id)
    if stand.status in GOOD:
        return "delivered" if port in stand.ports else "dead"
    if stand.failed_above or (stand.status in BAD and policy.on_failure == "fail"):
        return "failed"
    return "dead"


def _execute(end: Expected, step: PlannedStep) -> None:
    stand = end.steps[step.id]
    while True:
        end.starts[StepRunKey(step.id, stand.iteration, stand.attempt)] = _inputs(end, step)
        number = end.executions.get(step.id, 0)
        end.executions[step.id] = number + 1
        acts = end.acts[step.id]
        act = acts[min(number, len(acts) - 1)]
        stand.status, stand.ports = str(act.outcome), act.emits or frozenset()
        again = stand.status in {"failed", "timed_out"} or (stand.status == "lost" and step.pure)
        if not again or step.mode == "reuse" or stand.attempt > step.policy.retries:
            return
        stand.attempt += 1


def _inputs(end: Expected, step: PlannedStep) -> dict[str, tuple[Delivery, ...]]:
    inputs = {}
    for port in step.inputs:
        over_loops = [
            Delivery(end.fed[loop.edge_id], loop.source_port)
            for loop in end.plan.loops
            if (loop.target, loop.target_port) == (step.id, port.name) and loop.edge_id in end.fed
        ]
        forward = [
            Delivery(_key(end, edge.source), edge.source_port)
            for edge in end.plan.edges
            if edge.kind == "data"
            and (edge.target, edge.target_port) == (step.id, port.name)
            and _fate(end, edge.source, edge.source_port) == "delivered"
        ]
        if port.name != "after":
            inputs[port.name] = tuple(over_loops or forward)
    return inputs


def _key(end: Expected, step_id: str) -> StepRunKey:
    stand = end.steps[step_id]
    return StepRunKey(step_id, stand.iteration, stand.attempt)


def _fire(end: Expected) -> bool:
    """Whether a loop fired."""
    wishes = [loop for loop in end.plan.loops if _wishes(end, loop)]
    first = [loop for loop in wishes if not any(_goes_first(other, loop) for other in wishes)]
    ended = [loop for loop in first if _is_spent(end, loop)]
    if ended:
        for loop in ended:
            end.answered.add((loop.edge_id, end.steps[loop.source].iteration))
        end.failed_loops |= {
            loop.edge_id for loop in ended if loop.on_limit == "fail" and not _beside_a_failed_one(end, loop)
        }
        return _fire(end)
    made_by = {loop.edge_id: _key(end, loop.source) for loop in first}
    for step_id in {step_id for loop in first for step_id in loop.repeats}:
        end.steps[step_id] = Stand(end.steps[step_id].iteration + 1)
    for loop in first:
        end.counts[loop.edge_id] = end.counts.get(loop.edge_id, 1) + 1
        for other in end.plan.loops:
            if is_inside(other, loop):
                end.counts.pop(other.edge_id, None)
            if is_inside(other, loop) or set(other.body) == set(loop.body):
                end.fed.pop(other.edge_id, None)
    end.fed |= made_by
    return bool(first)


def _wishes(end: Expected, loop: PlannedLoop) -> bool:
    stand = end.steps[loop.source]
    is_new = (loop.edge_id, stand.iteration) not in end.answered
    return stand.status in GOOD and loop.source_port in stand.ports and is_new


def _goes_first(one: PlannedLoop, other: PlannedLoop) -> bool:
    if set(one.body).isdisjoint(other.body):
        return other.target in one.repeats
    return set(one.body) < set(other.body)


def _is_spent(end: Expected, loop: PlannedLoop) -> bool:
    return _beside_a_failed_one(end, loop) or end.counts.get(loop.edge_id, 1) >= loop.max_iterations


def _beside_a_failed_one(end: Expected, loop: PlannedLoop) -> bool:
    failed = [other for other in end.plan.loops if other.edge_id in end.failed_loops]
    return any(is_inside(loop, other) or is_inside(other, loop) for other in failed)
