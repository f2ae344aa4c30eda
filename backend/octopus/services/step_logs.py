"""Pages of a step's log. A reused step has the log of the one that did its work."""

import asyncio

from octopus.bootstrap.container import Container
from octopus.domain.base import Value
from octopus.domain.event import LogLine
from octopus.domain.run import StepRunView
from octopus.services.run_views import executed_in

Attempt = tuple[str, str, int, int]
"""run, step, iteration, attempt"""


class StepLog(Value):
    """Lines of one attempt's log. `complete`: the attempt has ended and these lines reach its end. `run_id`, `step_id`,
    `iteration`, `attempt`: where it was printed; of a reused step run the earlier one whose result it took over,
    and `reused` says so."""

    lines: tuple[LogLine, ...]
    complete: bool
    run_id: str
    step_id: str
    iteration: int
    attempt: int
    reused: bool = False


async def read_log(
    services: Container, run_id: str, step_run: StepRunView, *, after_line: int, limit: int, query: str
) -> StepLog:
    """Lines after `after_line`; those that contain `query`, whatever its case, if it is not empty."""
    where, done_by = await executed_in(services, run_id, step_run)
    attempt = attempt_of(where, done_by)
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


def attempt_of(run_id: str, step_run: StepRunView) -> Attempt:
    """Of the step run that printed it."""
    return (run_id, step_run.id, step_run.iteration, step_run.attempt)
