"""How a plan becomes what the API answers: the exact `mlflow run` of every step."""

import shlex

from octopus.api.schemas import PlannedStepView, PlanView
from octopus.compiler.argv import mlflow_argv, planned_bindings
from octopus.compiler.plan import Plan, PlannedStep
from octopus.domain.problem import Problem


def plan_view(plan: Plan, warnings: tuple[Problem, ...]) -> PlanView:
    """The plan with its command lines."""
    sources = {edge.id: (edge.source, edge.source_port) for edge in plan.edges}
    return PlanView(
        experiment=plan.experiment,
        max_parallel=plan.max_parallel,
        steps=tuple(_step_view(step, sources) for step in plan.steps),
        warnings=warnings,
    )


def _step_view(step: PlannedStep, sources: dict[str, tuple[str, str]]) -> PlannedStepView:
    argv = mlflow_argv(step, planned_bindings(step, sources))
    parents = (sources[edge][0] for port in step.inputs for edge in port.edges)
    return PlannedStepView(
        id=step.id,
        type=step.type_id,
        title=step.title,
        enabled=step.enabled,
        depends_on=tuple(dict.fromkeys(parents)),
        argv=tuple(argv),
        command=shlex.join(argv),
    )
