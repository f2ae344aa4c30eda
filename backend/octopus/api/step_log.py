"""Pages of a step's log, and the whole of it as text. A reused step has the log of the one that did its work."""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from octopus.api.run_views import executed_in
from octopus.api.schemas import StepLog
from octopus.bootstrap.container import Container
from octopus.domain.run import StepRunView

LINES_AT_ONCE = 2000
Attempt = tuple[str, str, int, int]
"""run, step, iteration, attempt"""


async def read_log(
    services: Container, run_id: str, step_run: StepRunView, *, after_line: int, limit: int, query: str
) -> StepLog:
    """Lines after `after_line`; those that contain `query`, whatever its case, if it is not empty."""
    where, done_by = await executed_in(services, run_id, step_run)
    attempt = _attempt(where, done_by)
    if query:
        lines = await services.logs.search(*attempt, query, after_line=after_line, limit=limit)
    else:
        lines = await asyncio.to_thread(services.logs.read, *attempt, after_line=after_line, limit=limit)
    return StepLog(
        lines=tuple(lines),
        complete=done_by.status.is_terminal and len(lines) < limit,
        run_id=where,
        step_id=done_by.id,
        iteration=done_by.iteration,
        attempt=done_by.attempt,
        reused=step_run.reused_from is not None,
    )


async def log_as_text(services: Container, run_id: str, step_run: StepRunView) -> StreamingResponse:
    """A file named after the attempt."""
    attempt = _attempt(*await executed_in(services, run_id, step_run))
    name = f"{step_run.id}.{step_run.iteration}.{step_run.attempt}.log"
    return StreamingResponse(
        _text(services, attempt),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _attempt(run_id: str, step_run: StepRunView) -> Attempt:
    return (run_id, step_run.id, step_run.iteration, step_run.attempt)


async def _text(services: Container, attempt: Attempt) -> AsyncIterator[bytes]:
    after_line = 0
    while lines := await asyncio.to_thread(services.logs.read, *attempt, after_line=after_line, limit=LINES_AT_ONCE):
        after_line = lines[-1].n
        yield "".join(f"{line.text}\n" for line in lines).encode("utf-8", errors="replace")
