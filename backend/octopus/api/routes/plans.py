"""Whether a document can run, and what exactly would run."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Body

from octopus.api.documents import read_document
from octopus.api.parameters import Services
from octopus.api.requested import requested
from octopus.api.responses import problems
from octopus.api.schemas import DocumentInput, PlanRequest
from octopus.api.security.protection import token_required
from octopus.compiler.check import Examined, examine
from octopus.compiler.describe import PlanView
from octopus.services.planned import plan_view

router = APIRouter(tags=["plans"])


@router.post("/validate", responses=problems(409, body=True))
@token_required
async def validate_document(services: Services, document: Annotated[DocumentInput, Body()]) -> Examined:
    """What is wrong with a document, each problem with its place; and the ports of the steps that have ports of their
    own. Code in the document is parsed, not executed. Nothing is stored and nothing runs."""
    read = read_document(document, services.settings)
    return await asyncio.to_thread(examine, read, services.catalog, services.machine)


@router.post("/plan", responses=problems(404, 409, body=True))
@token_required
async def plan_run(services: Services, body: PlanRequest) -> PlanView:
    """What would run, in which order, with which command lines; what would be reused, and why the rest would not.
    Nothing is stored and nothing runs."""
    return await plan_view(services, await requested(services, body))
