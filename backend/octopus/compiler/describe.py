"""describe(plan): the plan as a person or a program reads it before the run (POST /plan)."""

from octopus.compiler.argv import mlflow_argv, planned_bindings
from octopus.compiler.plan import Plan, PlannedStep
from octopus.domain.base import Value

WHY_NO_REUSE = "reuse is not available in this version"
WHY_SKIPPED = "the step is disabled: it is skipped"


class PlannedStepView(Value):
    """One step of the plan. `argv`: its `mlflow run`, with `<run_id>`, `<out:step.port>`, ... for what only the run
    knows. `fingerprint`, `last_duration_s` None: not known. `why`: why the step will or will not be reused."""

    id: str
    type: str
    title: str
    argv: tuple[str, ...]
    fingerprint: str | None = None
    will_reuse: bool = False
    why: str
    last_duration_s: float | None = None


class PlanView(Value):
    """`steps`: in the order in which they become ready at the earliest. `experiment`: name of the MLflow experiment."""

    experiment: str
    steps: tuple[PlannedStepView, ...]


def describe(plan: Plan) -> PlanView:
    """The whole plan, in its order."""
    sources = {edge.id: (edge.source, edge.source_port) for edge in plan.edges}
    return PlanView(experiment=plan.experiment, steps=tuple(_described(step, sources) for step in plan.steps))


def _described(step: PlannedStep, sources: dict[str, tuple[str, str]]) -> PlannedStepView:
    return PlannedStepView(
        id=step.id,
        type=step.type_id,
        title=step.title,
        argv=tuple(mlflow_argv(step, planned_bindings(step, sources))),
        why=WHY_NO_REUSE if step.enabled else WHY_SKIPPED,
    )
