"""Wiring: the plan looked up from every side, built once per run or, where a plan runs often, once per plan."""

from dataclasses import dataclass

from octopus.compiler.plan import Plan, PlannedEdge, PlannedStep
from octopus.engine.commands import StartAttempt
from octopus.engine.inputs import inputs_of
from octopus.engine.loops import Loops
from octopus.engine.signals import StepRunKey


@dataclass(frozen=True, slots=True)
class Wiring:
    """`into`, `out_of`: per step its forward edges, in the document's order. `edge_counts`: per step how many lead to
    it. `at_once`: steps that wait for nothing, so that they are judged as soon as the run begins: disabled ones and
    those without forward edges into them, in the plan's order. `first_keys`: per step its first attempt.
    `first_starts`: the command to start that one when every edge has delivered what the first attempt of its source
    made, as mostly happens; not for a step whose parameters refer to metrics, which are only known in the run."""

    plan: Plan
    steps: dict[str, PlannedStep]
    into: dict[str, tuple[PlannedEdge, ...]]
    out_of: dict[str, tuple[PlannedEdge, ...]]
    loops: Loops
    edge_counts: dict[str, int]
    at_once: tuple[str, ...]
    first_keys: dict[str, StepRunKey]
    first_starts: dict[str, StartAttempt]

    @classmethod
    def of(cls, plan: Plan) -> "Wiring":
        into: dict[str, list[PlannedEdge]] = {step.id: [] for step in plan.steps}
        out_of: dict[str, list[PlannedEdge]] = {step.id: [] for step in plan.steps}
        for edge in plan.edges:
            if edge.kind == "data":
                into[edge.target].append(edge)
                out_of[edge.source].append(edge)
        keys = {step.id: StepRunKey(step.id) for step in plan.steps}
        return cls(
            plan,
            {step.id: step for step in plan.steps},
            {step_id: tuple(edges) for step_id, edges in into.items()},
            {step_id: tuple(edges) for step_id, edges in out_of.items()},
            Loops.of(plan.loops),
            {step_id: len(edges) for step_id, edges in into.items()},
            tuple(step.id for step in plan.steps if not step.enabled or not into[step.id]),
            keys,
            {step.id: _first_start(step, into[step.id], keys) for step in plan.steps if not step.references},
        )


def _first_start(step: PlannedStep, into: list[PlannedEdge], keys: dict[str, StepRunKey]) -> StartAttempt:
    return StartAttempt(keys[step.id], inputs_of(step, ((edge, keys[edge.source]) for edge in into)))
