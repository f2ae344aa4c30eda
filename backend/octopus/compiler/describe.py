"""describe(plan): the plan as a person or a program reads it before the run (POST /plan)."""

import shlex
from collections.abc import Mapping

from octopus.compiler.argv import mlflow_argv, planned_bindings
from octopus.compiler.plan import Plan, PlannedStep
from octopus.domain.base import Value
from octopus.domain.problem import Problem

WHY_NO_REUSE = "reuse is not available in this version"
WHY_SKIPPED = "the step is disabled: it is skipped"


class PlannedStepView(Value):
    """A step as it will run. `depends_on`: the steps it waits for. `argv`: its exact `mlflow run`; what is known only
    during the run stands as `<run_id>`, `<out:step.port>`, ...; `command`: the same as one line for a shell. `why`: why
    its result will or will not be reused. `fingerprint`, `last_duration_s` null: not known."""

    id: str
    type: str
    title: str
    enabled: bool
    depends_on: tuple[str, ...]
    argv: tuple[str, ...]
    command: str
    fingerprint: str | None = None
    will_reuse: bool = False
    why: str
    last_duration_s: float | None = None


class PlanView(Value):
    """`steps` in the order in which they can run. `experiment`: name of the MLflow experiment. `warnings`: problems
    that do not stop a run."""

    experiment: str
    max_parallel: int | None
    steps: tuple[PlannedStepView, ...]
    warnings: tuple[Problem, ...] = ()


Sources = Mapping[str, tuple[str, str]]
"""Per edge id its (source step, source port)."""


def describe(plan: Plan, warnings: tuple[Problem, ...] = ()) -> PlanView:
    """The whole plan, in its order."""
    sources = {edge.id: (edge.source, edge.source_port) for edge in plan.edges}
    return PlanView(
        experiment=plan.experiment,
        max_parallel=plan.max_parallel,
        steps=tuple(_described(step, sources) for step in plan.steps),
        warnings=warnings,
    )


def _described(step: PlannedStep, sources: Sources) -> PlannedStepView:
    argv = mlflow_argv(step, planned_bindings(step, sources))
    waits_for = (sources[edge][0] for port in step.inputs for edge in port.edges)
    return PlannedStepView(
        id=step.id,
        type=step.type_id,
        title=step.title,
        enabled=step.enabled,
        depends_on=tuple(dict.fromkeys(waits_for)),
        argv=tuple(argv),
        command=shlex.join(argv),
        why=WHY_NO_REUSE if step.enabled else WHY_SKIPPED,
    )
