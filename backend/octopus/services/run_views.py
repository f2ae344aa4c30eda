"""How a stored run becomes what the API answers."""

from octopus.bootstrap.container import Container
from octopus.domain.errors import NotFound
from octopus.domain.run import RunRecord, RunState, RunView, StepRunView
from octopus.domain.step_runs import step_runs


async def require_run(services: Container, run_id: str) -> RunRecord:
    """The run; NotFound if there is none."""
    record = await services.run_store.get_run(run_id)
    if record is None:
        raise NotFound(f"There is no run {run_id!r}.")
    return record


async def run_view(services: Container, run_id: str) -> RunView:
    """A run as it is now."""
    record = await require_run(services, run_id)
    state = await services.runs.view(run_id)
    return RunView(
        **dict(state),
        pipeline_id=record.pipeline_id,
        pipeline_version=record.pipeline_version,
        parameters=record.parameters,
        profile=record.profile,
        scope=record.scope,
        force=record.force,
        backend=record.backend,
        document=record.document,
        mlflow_url=await _mlflow_url(services, state),
    )


async def find_step_run(
    services: Container, run_id: str, step_id: str, iteration: int | None, attempt: int | None
) -> StepRunView:
    """The step run meant: of the latest iteration and its latest attempt, where not said. NotFound if there is none."""
    await require_run(services, run_id)
    candidates = [
        view
        for view in step_runs(run_id, await services.run_store.events(run_id))
        if view.id == step_id and iteration in (None, view.iteration) and attempt in (None, view.attempt)
    ]
    if not candidates:
        raise NotFound(f"Run {run_id!r} has no such run of a step {step_id!r}.")
    return max(candidates, key=lambda view: (view.iteration, view.attempt))


async def executed_in(services: Container, run_id: str, step_run: StepRunView) -> tuple[str, StepRunView]:
    """The step run that did the work, with its run: the one that a reused one stands on, else the same. NotFound if its
    run was deleted."""
    origin = step_run.reused_from
    if origin is None:
        return run_id, step_run
    where = f"run {origin.run_id!r}, step {origin.step_id!r}, iteration {origin.iteration}"
    try:
        found = await find_step_run(services, origin.run_id, origin.step_id, origin.iteration, None)
    except NotFound:
        detail = f"The step {step_run.id!r} was reused from {where}, which has been deleted with its log."
        raise NotFound(detail, code="origin_deleted") from None
    return origin.run_id, found


async def _mlflow_url(services: Container, state: RunState) -> str | None:
    if state.mlflow_run_id is None or state.mlflow_experiment_id is None:
        return None
    return await services.tracking.run_url(state.mlflow_experiment_id, state.mlflow_run_id)
