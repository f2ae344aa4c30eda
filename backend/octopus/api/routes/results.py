"""Results that could be reused: forgetting them."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, JsonValue

from octopus.api.parameters import Services
from octopus.api.requested import requested
from octopus.api.responses import problems
from octopus.api.schemas import DocumentInput, Key, PlanRequest
from octopus.api.security.protection import token_required
from octopus.domain.base import Name, Value
from octopus.services.forgetting import forget

router = APIRouter(prefix="/results", tags=["results"])


class ForgetResults(Value):
    """Exactly one of `pipeline_id` and `document`. `parameters`, `profile`: as for the run that shall not reuse them.
    `step_ids`: of these steps alone; of all if it is empty."""

    pipeline_id: Key | None = None
    document: DocumentInput | None = None
    parameters: Annotated[dict[str, JsonValue], Field(max_length=1000)] = {}
    profile: Name | None = None
    step_ids: Annotated[tuple[Key, ...], Field(max_length=100_000)] = ()


class ForgottenOfSteps(Value):
    """How many results will not be reused any more, by step."""

    forgotten: dict[str, int]


@router.post("/forget", responses=problems(404, 409, body=True))
@token_required
async def forget_results_of_steps(services: Services, body: ForgetResults) -> ForgottenOfSteps:
    """Reuse no earlier results of a pipeline's steps any more, saved or not: its next run executes them. Equal results
    that other pipelines left are not reused either; artifacts and MLflow runs stay."""
    asked = PlanRequest(
        pipeline_id=body.pipeline_id, document=body.document, parameters=body.parameters, profile=body.profile
    )
    return ForgottenOfSteps(forgotten=dict(await forget(services, await requested(services, asked), body.step_ids)))
