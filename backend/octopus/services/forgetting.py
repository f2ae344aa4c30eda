"""Forgetting: the reusable results of a pipeline's steps -> none, so that the next run executes the steps."""

from collections.abc import Mapping, Sequence

from octopus.bootstrap.container import Container
from octopus.domain.errors import InvalidRequest, PipelineHasProblems
from octopus.services.requested import Requested


async def forget(services: Container, wanted: Requested, step_ids: Sequence[str] = ()) -> Mapping[str, int]:
    """How many results were forgotten, by step in the document's order; of all steps if `step_ids` is empty. Those that
    the pipeline's own steps left, and those of other pipelines that its next run would take over. Artifacts and MLflow
    runs stay. Raises InvalidRequest for a step that the pipeline does not have."""
    known = [step.id for step in wanted.document.steps]
    if missing := [step_id for step_id in step_ids if step_id not in known]:
        raise InvalidRequest(
            f"The pipeline has no step {missing[0]!r}; it has {', '.join(known) or 'none'}.", code="unknown_step"
        )
    foreseen = await _fingerprints(services, wanted)
    return {
        step_id: await services.results.forget(wanted.pipeline_key, step_id, foreseen.get(step_id))
        for step_id in known
        if step_id in step_ids or not step_ids
    }


async def _fingerprints(services: Container, wanted: Requested) -> Mapping[str, str | None]:
    """What each step would look for if it ran now. A pipeline that cannot run looks for nothing."""
    try:
        plan = await wanted.plan(services)
    except PipelineHasProblems:
        return {}
    foreseen = await services.runs.foresee(plan, wanted.pipeline_key)
    return {step_id: one.fingerprint for step_id, one in foreseen.items()}
