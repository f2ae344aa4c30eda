"""TrackedAttempt: the MLflow run of one attempt, from its making to its final status."""

from octopus.compiler.plan import PlannedStep
from octopus.domain.errors import TrackingUnavailable
from octopus.domain.results import Fingerprint, StepResultRecord
from octopus.domain.tracking import Collected, MlflowStatus, TrackedRun
from octopus.engine.signals import StepRunKey
from octopus.execution import mlflow_runs
from octopus.execution.closings import Closed
from octopus.execution.context import RunContext
from octopus.execution.host import Host
from octopus.execution.moments import seconds_between
from octopus.execution.persistence import persist
from octopus.execution.preparation import Prepared


class TrackedAttempt:
    """`tracked` None: it was not made yet, as far as anybody knows."""

    def __init__(self, host: Host, context: RunContext, key: StepRunKey) -> None:
        self._host = host
        self._context = context
        self._key = key
        self._asked = False
        self.tracked: TrackedRun | None = None

    @property
    def is_unsure(self) -> bool:
        """MLflow was asked for a run and never answered."""
        return self._asked and self.tracked is None

    async def create(self, step: PlannedStep) -> TrackedRun:
        """Raises TrackingUnavailable."""
        context = self._context
        if context.parent_run_id is None:
            raise TrackingUnavailable(f"The step could not be started without MLflow: {context.trouble}")
        self._asked = True
        new = mlflow_runs.child_run(context, step, self._key)
        budget_s = self._host.settings.tracking_budget_s
        self.tracked = await persist(lambda: self._host.tracking.create_run(new), budget_s, may_take_longer=True)
        return self.tracked

    async def close(self, status: MlflowStatus) -> Closed:
        if self.tracked is None:
            return "closed"
        return await self._host.closings.close(self.tracked.run_id, status)


def result_of(
    context: RunContext,
    step: PlannedStep,
    key: StepRunKey,
    prepared: Prepared,
    collected: Collected,
    fingerprint: Fingerprint,
    started_at: str,
    finished_at: str,
) -> StepResultRecord:
    """What is kept of an attempt that succeeded."""
    return StepResultRecord(
        fingerprint=fingerprint,
        run_id=context.run_id,
        step_id=key.step_id,
        iteration=key.iteration,
        attempt=key.attempt,
        pipeline_key=context.pipeline_key,
        type_id=step.type_id,
        mlflow_run_id=prepared.tracked.run_id,
        artifact_uri=prepared.tracked.artifact_uri,
        outputs_dir=str(prepared.outputs_dir),
        emitted=collected.emitted,
        metrics=collected.metrics,
        artifacts=collected.artifacts,
        duration_s=seconds_between(started_at, finished_at),
        finished_at=finished_at,
    )
