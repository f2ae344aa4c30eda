"""What octopus tells MLflow about a run and its step runs: names, parameters, and the tags MLflow's own UI shows."""

from octopus.compiler.argv import parameter_text
from octopus.compiler.plan import Plan, PlannedStep
from octopus.domain.run import RunRecord
from octopus.domain.tracking import RUN_TAG, NewRun, TrackedRun
from octopus.engine.signals import StepRunKey


def parent_run(record: RunRecord, plan: Plan) -> NewRun:
    """The MLflow run of the whole run."""
    return NewRun(
        key=record.id,
        experiment=plan.experiment,
        name=record.name,
        params={name: parameter_text(value) for name, value in plan.parameters.items()},
        tags={
            RUN_TAG: record.id,
            "octopus.pipeline": record.name,
            **({"octopus.pipeline_id": record.pipeline_id} if record.pipeline_id else {}),
            **({"octopus.pipeline_version": str(record.pipeline_version)} if record.pipeline_version else {}),
        },
    )


def child_run(run_id: str, plan: Plan, parent: TrackedRun, step: PlannedStep, key: StepRunKey) -> NewRun:
    """The MLflow run of one attempt. `mlflow run --run-id` logs neither parameters nor source, so both are here."""
    return NewRun(
        key=f"{run_id}/{key.step_id}/{key.iteration}/{key.attempt}",
        experiment=plan.experiment,
        name=step.title,
        parent_run_id=parent.run_id,
        params={name: parameter_text(value) for name, value in step.params.items()},
        tags={
            RUN_TAG: run_id,
            "octopus.step_id": key.step_id,
            "octopus.step_type": step.type_id,
            "octopus.iteration": str(key.iteration),
            "octopus.attempt": str(key.attempt),
            "mlflow.source.name": step.entry_point.project_dir,
            "mlflow.source.type": "PROJECT",
            "mlflow.project.entryPoint": step.entry_point.name,
            "mlflow.project.backend": "local",
        },
    )
