"""Pages of a step's log, and the whole of it as text."""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from octopus.api.schemas import StepLog
from octopus.bootstrap.container import Container
from octopus.domain.run import StepRunView

LINES_AT_ONCE = 2000


async def read_log(
    services: Container, run_id: str, step_run: StepRunView, *, after_line: int, limit: int, query: str
) -> StepLog:
    """Lines after `after_line`; those that contain `query`, whatever its case, if it is not empty."""
    attempt = (run_id, step_run.id, step_run.iteration, step_run.attempt)
    if query:
        lines = await services.logs.search(*attempt, query, after_line=after_line, limit=limit)
    else:
        lines = await asyncio.to_thread(services.logs.read, *attempt, after_line=after_line, limit=limit)
    return StepLog(
        lines=tuple(lines),
        complete=step_run.status.is_terminal and len(lines) < limit,
        iteration=step_run.iteration,
        attempt=step_run.attempt,
    )


def log_as_text(services: Container, run_id: str, step_run: StepRunView) -> StreamingResponse:
    """A file named after the attempt."""
    name = f"{step_run.id}.{step_run.iteration}.{step_run.attempt}.log"
    return StreamingResponse(
        _text(services, run_id, step_run),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _text(services: Container, run_id: str, step_run: StepRunView) -> AsyncIterator[bytes]:
    attempt = (run_id, step_run.id, step_run.iteration, step_run.attempt)
    after_line = 0
    while lines := await asyncio.to_thread(services.logs.read, *attempt, after_line=after_line, limit=LINES_AT_ONCE):
        after_line = lines[-1].n
        yield "".join(f"{line.text}\n" for line in lines).encode("utf-8", errors="replace")
