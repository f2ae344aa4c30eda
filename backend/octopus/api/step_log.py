"""The whole log of an attempt as text."""

import asyncio
from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from octopus.bootstrap.container import Container
from octopus.domain.run import StepRunView
from octopus.services.run_views import executed_in
from octopus.services.step_logs import Attempt, attempt_of

LINES_AT_ONCE = 2000


async def log_as_text(services: Container, run_id: str, step_run: StepRunView) -> StreamingResponse:
    """A file named after the attempt."""
    attempt = attempt_of(*await executed_in(services, run_id, step_run))
    name = f"{step_run.id}.{step_run.iteration}.{step_run.attempt}.log"
    return StreamingResponse(
        _text(services, attempt),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


async def _text(services: Container, attempt: Attempt) -> AsyncIterator[bytes]:
    after_line = 0
    while lines := await asyncio.to_thread(services.logs.read, *attempt, after_line=after_line, limit=LINES_AT_ONCE):
        after_line = lines[-1].n
        yield "".join(f"{line.text}\n" for line in lines).encode("utf-8", errors="replace")
