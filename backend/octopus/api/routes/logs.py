"""What a step printed."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from octopus.api.parameters import Attempt, Iteration, Services, StepIdPath, ThingId
from octopus.api.responses import problems
from octopus.api.schemas import Responses
from octopus.api.security.protection import token_required
from octopus.api.step_log import log_as_text
from octopus.services.run_views import find_step_run
from octopus.services.step_logs import StepLog, read_log

router = APIRouter(prefix="/runs/{run_id}/steps/{step_id}", tags=["logs"])

AfterLine = Annotated[int, Query(ge=0, le=2**53 - 1, description="Only lines after this number.")]
LineLimit = Annotated[int, Query(ge=1, le=10_000, description="Lines, at most.")]
LineSearch = Annotated[str, Query(max_length=200, description="Only lines with this text; capitals do not matter.")]

_TEXT: Responses = {200: {"description": "The whole log", "content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/log", responses=problems(404))
@token_required
async def get_step_log(
    services: Services,
    run_id: ThingId,
    step_id: StepIdPath,
    iteration: Iteration = None,
    attempt: Attempt = None,
    after_line: AfterLine = 0,
    limit: LineLimit = 1000,
    query: LineSearch = "",
) -> StepLog:
    """Lines of one attempt's log, the latest attempt's if not said. Of a reused step: what the step printed whose
    result it took over; 404 `origin_deleted`, naming that run, if it was deleted."""
    step_run = await find_step_run(services, run_id, step_id, iteration, attempt)
    return await read_log(services, run_id, step_run, after_line=after_line, limit=limit, query=query)


@router.get("/log/download", response_class=StreamingResponse, responses={**_TEXT, **problems(404)})
@token_required
async def download_step_log(
    services: Services, run_id: ThingId, step_id: StepIdPath, iteration: Iteration = None, attempt: Attempt = None
) -> StreamingResponse:
    """The whole log of one attempt as a text file."""
    step_run = await find_step_run(services, run_id, step_id, iteration, attempt)
    return await log_as_text(services, run_id, step_run)
