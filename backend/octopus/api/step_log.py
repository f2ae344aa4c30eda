"""Pages of a step's log, and the whole of it as text."""

from starlette.responses import StreamingResponse

from octopus.api.schemas import StepLog
from octopus.bootstrap.container import Container
from octopus.domain.run import StepRunView


async def read_log(
    services: Container, run_id: str, step_run: StepRunView, *, after_line: int, limit: int, query: str
) -> StepLog:
    """Lines after `after_line`; those that contain `query`, in any case, if it is not empty."""
    page = await services.logs.page(run_id, step_run, after_line=after_line, limit=limit, query=query)
    return StepLog(lines=page.lines, complete=page.complete, iteration=step_run.iteration, attempt=step_run.attempt)


def log_as_text(services: Container, run_id: str, step_run: StepRunView) -> StreamingResponse:
    name = f"{step_run.id}.{step_run.iteration}.{step_run.attempt}.log"
    return StreamingResponse(
        services.logs.text(run_id, step_run),
        media_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
