"""Runs: start, look at, cancel, forget."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from octopus.api.parameters import After, Cursor, IdempotencyKey, Limit, Services, StepIdPath, ThingId
from octopus.api.requested import requested
from octopus.api.responses import problems
from octopus.api.schemas import EventList, RunList, StartRun, StepRunList, StepStory
from octopus.api.security.protection import token_required
from octopus.api.step_story import step_story
from octopus.domain.run import RunView
from octopus.domain.status import RunStatus
from octopus.domain.step_runs import step_runs
from octopus.services.requested import resumed
from octopus.services.run_starts import once_only, start
from octopus.services.run_views import require_run, run_view

router = APIRouter(prefix="/runs", tags=["runs"])

EventLimit = Annotated[int, Query(ge=1, le=10_000, description="Events on a page, at most.")]
OfPipeline = Annotated[str | None, Query(min_length=1, max_length=64, description="Only runs of this pipeline.")]


@router.post("", status_code=201, responses=problems(404, 409, body=True))
@token_required
async def start_run(
    services: Services, request: Request, response: Response, body: StartRun, idempotency_key: IdempotencyKey = None
) -> RunView:
    """Start a run of a saved pipeline or of a document. It exists, durably, once this is answered."""
    once = once_only(idempotency_key, await request.body())
    run = await start(services, once, lambda: requested(services, body))
    response.headers["Location"] = f"/api/runs/{run.id}"
    return run


@router.post("/{run_id}/resume", status_code=201, responses=problems(404, 409))
@token_required
async def resume_run(
    services: Services, response: Response, run_id: ThingId, idempotency_key: IdempotencyKey = None
) -> RunView:
    """Start a new run of what did not succeed in this one, and of what follows it, with the document and parameters
    frozen in it. 409 `run_has_not_ended` or `run_has_not_failed`."""
    once = once_only(idempotency_key, f"resume {run_id}".encode())
    run = await start(services, once, lambda: resumed(services, run_id))
    response.headers["Location"] = f"/api/runs/{run.id}"
    return run


@router.get("", responses=problems())
@token_required
async def list_runs(
    services: Services,
    pipeline_id: OfPipeline = None,
    status: RunStatus | None = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> RunList:
    """Runs, the newest first."""
    page = await services.run_store.list_runs(pipeline_id=pipeline_id, status=status, limit=limit, cursor=cursor)
    return RunList.model_validate(page, from_attributes=True)


@router.get("/{run_id}", responses=problems(404))
@token_required
async def get_run(services: Services, run_id: ThingId) -> RunView:
    """A run with the latest step run of every step."""
    return await run_view(services, run_id)


@router.delete("/{run_id}", status_code=204, responses=problems(404, 409))
@token_required
async def delete_run(services: Services, run_id: ThingId) -> None:
    """Forget an ended run and its logs. What MLflow has of it stays, and so do its results: later runs may reuse them.
    409 while it has not ended."""
    await services.removal.remove(run_id)


@router.post("/{run_id}/cancel", status_code=202, responses=problems(404, 409))
@token_required
async def cancel_run(services: Services, run_id: ThingId) -> RunView:
    """Ask a run to stop. Repeating it changes nothing; 409 if the run has ended."""
    await services.runs.cancel(run_id)
    return await run_view(services, run_id)


@router.get("/{run_id}/steps", responses=problems(404))
@token_required
async def list_step_runs(services: Services, run_id: ThingId) -> StepRunList:
    """Every step run: all iterations and attempts, in the order in which they began."""
    await require_run(services, run_id)
    return StepRunList(items=step_runs(run_id, await services.run_store.events(run_id)))


@router.get("/{run_id}/steps/{step_id}/story", responses=problems(404))
@token_required
async def get_step_story(services: Services, run_id: ThingId, step_id: StepIdPath) -> StepStory:
    """Why a step was run, reused, skipped, repeated: the rules that decided, in words."""
    return await step_story(services, run_id, step_id)


@router.get("/{run_id}/events", responses=problems(404))
@token_required
async def list_events(services: Services, run_id: ThingId, after: After = 0, limit: EventLimit = 1000) -> EventList:
    """What happened in a run, in order."""
    await require_run(services, run_id)
    events = await services.run_store.events(run_id, after=after, limit=limit + 1)
    page = tuple(events[:limit])
    return EventList(items=page, next_cursor=str(page[-1].seq) if len(events) > limit else None)
