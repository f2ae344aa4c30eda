"""Wiring: the plan looked up from every side, built once per run."""

from dataclasses import dataclass

from octopus.compiler.plan import Plan, PlannedEdge, PlannedStep
from octopus.engine.loops import Loops


@dataclass(frozen=True, slots=True)
class Wiring:
    """`into`, `out_of`: per step its forward edges, in the document's order."""

    plan: Plan
    steps: dict[str, PlannedStep]
    into: dict[str, tuple[PlannedEdge, ...]]
    out_of: dict[str, tuple[PlannedEdge, ...]]
    loops: Loops

    @classmethod
    def of(cls, plan: Plan) -> "Wiring":
        into: dict[str, list[PlannedEdge]] = {step.id: [] for step in plan.steps}
        out_of: dict[str, list[PlannedEdge]] = {step.id: [] for step in plan.steps}
        for edge in plan.edges:
            if edge.kind == "data":
                into[edge.target].append(edge)
                out_of[edge.source].append(edge)
        return cls(
            plan,
            {step.id: step for step in plan.steps},
            {step_id: tuple(edges) for step_id, edges in into.items()},
            {step_id: tuple(edges) for step_id, edges in out_of.items()},
            Loops.of(plan.loops),
        )
