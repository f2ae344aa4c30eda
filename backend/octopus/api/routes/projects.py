"""Folders with an MLproject of the user's own: their entry points are steps of the palette."""

from typing import Annotated

from fastapi import APIRouter, Query

from octopus.api.parameters import Services, ThingId
from octopus.api.responses import problems
from octopus.api.schemas import AddProject, ProjectList
from octopus.api.security.protection import token_required
from octopus.features.projects.project import Project

router = APIRouter(prefix="/projects", tags=["projects"])

Replace = Annotated[bool, Query(description="Put it in the place of a project of the same name.")]


@router.get("", responses=problems())
@token_required
async def list_projects(services: Services) -> ProjectList:
    """Every registered project with its step types, in the order of registration; also those whose folder is gone."""
    return ProjectList(items=await services.projects.list())


@router.post("", status_code=201, responses=problems(409, body=True))
@token_required
async def add_project(services: Services, body: AddProject, replace: Replace = False) -> Project:
    """Register a folder. Its entry points become step types named `<project name>/<entry point>`."""
    return await services.projects.add(body.path, replace=replace or body.replace)


@router.delete("/{project_id}", status_code=204, responses=problems(404))
@token_required
async def remove_project(services: Services, project_id: ThingId) -> None:
    """Forget a project. Its folder is not touched; runs that used it keep their results."""
    await services.projects.remove(project_id)
