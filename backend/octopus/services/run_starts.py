"""A request to start a run -> the run, durably, and once however often it is asked for."""

import hashlib
from collections.abc import Awaitable, Callable

from octopus.bootstrap.container import Container
from octopus.domain.run import Idempotency, RunView
from octopus.services.requested import Requested
from octopus.services.run_views import run_view


def once_only(key: str | None, body: bytes) -> Idempotency | None:
    return None if key is None else Idempotency(key=key, body_digest=hashlib.sha256(body).hexdigest())


async def start(services: Container, once: Idempotency | None, wanted: Callable[[], Awaitable[Requested]]) -> RunView:
    """A key that was used before is answered with its run whatever has changed since then."""
    earlier = None if once is None else await services.run_store.started_with(once)
    if earlier is not None:
        return await run_view(services, earlier.id)
    asked = await wanted()
    plan = await asked.plan(services)
    run, _ = await services.runs.start(
        asked.document,
        plan,
        pipeline_id=asked.pipeline_id,
        pipeline_version=asked.pipeline_version,
        parameters=plan.parameters,
        profile=asked.request.profile,
        scope=asked.request.scope,
        force=asked.request.force,
        backend=asked.backend,
        idempotency=once,
    )
    return await run_view(services, run.id)
