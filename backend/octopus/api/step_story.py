"""Why a step is where it is: its run's events, told again by the rules that recorded them."""

from octopus.api.schemas import StepStory
from octopus.bootstrap.container import Container
from octopus.compiler.plan import Plan
from octopus.compiler.plan_json import plan_from_json
from octopus.domain.errors import NotFound
from octopus.engine.replay import ReplayDiverged, restore
from octopus.services.run_views import require_run


async def step_story(services: Container, run_id: str, step_id: str) -> StepStory:
    """Raises NotFound for a step that the run does not have, and for a run that another version of octopus recorded."""
    record = await require_run(services, run_id)
    plan = _plan(record.plan)
    if plan is None:
        raise _untold(run_id)
    if all(step.id != step_id for step in plan.steps):
        raise NotFound(f"Run {run_id!r} has no step {step_id!r}.")
    try:
        restored = restore(run_id, plan, await services.run_store.events(run_id))
    except ReplayDiverged:
        raise _untold(run_id) from None
    return StepStory(lines=tuple(restored.machine.story(step_id)))


def _plan(text: str | None) -> Plan | None:
    try:
        return None if text is None else plan_from_json(text)
    except ValueError:
        return None


def _untold(run_id: str) -> NotFound:
    detail = f"Run {run_id!r} was recorded by another version of octopus, whose reasons this one does not know."
    return NotFound(detail, code="story_unknown")
