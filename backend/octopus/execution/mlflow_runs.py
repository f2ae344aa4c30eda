"""What octopus tells MLflow about a run and its step runs: names, parameters, and the tags MLflow's own UI shows."""

from octopus.compiler.parameter_text import parameter_text
from octopus.compiler.plan import Plan, PlannedStep
from octopus.domain.run import RunRecord
from octopus.domain.tracking import RUN_TAG, NewRun
from octopus.engine.signals import StepRunKey
from octopus.execution.context import RunContext


def parent_run(record: RunRecord, plan: Plan, *, may_exist: bool) -> NewRun:
    """The MLflow run of the whole run. `may_exist`: an earlier server may have made it."""
    return NewRun(
        key=record.id,
        may_exist=may_exist,
        experiment=plan.experiment,
        name=record.name,
        params={name: parameter_text(value) for name, value in plan.parameters.items()},
        tags={
            RUN_TAG: record.id,
            "octopus.pipeline": record.name,
            **({"octopus.pipeline_id": record.pipeline_id} if record.pipeline_id else {}),
            **({"octopus.pipeline_version": str(record.pipeline_version)} if record.pipeline_version else {}),
            **({"octopus.profile": record.profile} if record.profile else {}),
            "octopus.scope": record.scope.mode,
        },
    )


def child_run(context: RunContext, step: PlannedStep, key: StepRunKey) -> NewRun:
    """The MLflow run of one attempt. `mlflow run --run-id` logs neither parameters nor source, so both are here."""
    return NewRun(
        key=f"{context.run_id}/{key.step_id}/{key.iteration}/{key.attempt}",
        experiment=context.plan.experiment,
        name=step.title,
        parent_run_id=context.parent_run_id,
        may_exist=context.is_restored,
        params={name: parameter_text(value) for name, value in step.params.items()},
        tags={
            RUN_TAG: context.run_id,
            "octopus.step_id": key.step_id,
            "octopus.step_type": step.type_id,
            "octopus.iteration": str(key.iteration),
            "octopus.attempt": str(key.attempt),
            "mlflow.source.name": step.entry_point.project_dir,
            "mlflow.source.type": "PROJECT",
            "mlflow.project.entryPoint": step.entry_point.name,
            "mlflow.project.backend": "local",
            **_code_tags(step),
        },
    )


def _code_tags(step: PlannedStep) -> dict[str, str]:
    """What was executed: MLflow's own tag for the commit, ours for the digest of the project's files."""
    tags = {}
    if step.code.revision is not None:
        tags["mlflow.source.git.commit"] = step.code.revision.partition(" ")[0].partition("-")[0]
        tags["octopus.revision"] = step.code.revision
    if step.code.project is not None:
        tags["octopus.project_digest"] = step.code.project
    return tags
