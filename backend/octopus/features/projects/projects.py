"""Projects: registers folders with a foreign MLproject and gives the catalog their entry points."""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from octopus.catalog.mlproject.findings import ProjectFault
from octopus.catalog.mlproject.read import read_mlproject
from octopus.catalog.step_type import CatalogEntry
from octopus.domain.base import timestamp
from octopus.domain.errors import Conflict, NotFound
from octopus.domain.problem import Problem
from octopus.features.projects.folder import check_files, new_mlproject, usable_folder
from octopus.features.projects.project import Project
from octopus.features.projects.project_list import ListedProject, ProjectList
from octopus.features.projects.registered import RegisteredProject

PROJECTS_LIMIT = 200
"""Every look at the palette looks at the file of every project."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Projects:
    """`roots`: folders outside the project that parameters of type path may point into. The order is that of
    registration."""

    def __init__(self, data_dir: Path, roots: tuple[Path, ...] = (), clock: Callable[[], datetime] = _utc_now) -> None:
        """Raises StorageUnavailable if the list is there and cannot be read."""
        self._data_dir = data_dir.resolve()
        self._roots = roots
        self._clock = clock
        self._list = ProjectList(data_dir / "projects.json")
        self._change = threading.Lock()
        self._projects = tuple(RegisteredProject(listed, roots) for listed in self._list.read())

    def get(self, step_type_id: str) -> CatalogEntry | None:
        """For the catalog: the entry with this id, also of a project that is unavailable."""
        name = step_type_id.partition("/")[0]
        project = next((one for one in self._projects if one.listed.name == name), None)
        if project is None:
            return None
        return next((entry for entry in project.entries() if entry.step_type.id == step_type_id), None)

    def all(self) -> tuple[CatalogEntry, ...]:
        """For the catalog."""
        return tuple(entry for project in self._projects for entry in project.entries())

    def declared(self) -> tuple[CatalogEntry, ...] | None:
        """The entries as the files say now; None: one of the projects is unavailable."""
        is_known = all(project.sent().unavailable is None for project in self._projects)
        return self.all() if is_known else None

    async def list(self) -> tuple[Project, ...]:
        return await asyncio.to_thread(lambda: tuple(project.sent() for project in self._projects))

    async def add(self, path: str, *, replace: bool) -> Project:
        """Raises InvalidProject, Conflict (the name is taken and `replace` is not set), StorageUnavailable."""
        return await asyncio.to_thread(self._add, path, replace)

    async def remove(self, project_id: str) -> None:
        """Forget it; its folder stays as it is. Raises NotFound, StorageUnavailable."""
        await asyncio.to_thread(self._remove, project_id)

    def _add(self, path: str, replace: bool) -> Project:
        folder = usable_folder(path, self._data_dir)
        data = new_mlproject(folder)
        found = read_mlproject(data, folder, self._roots)
        check_files(folder, self._data_dir)
        with self._change:
            present = next((one for one in self._projects if one.listed.name == found.name), None)
            if present is not None and not replace:
                raise _name_taken(present.listed)
            added = RegisteredProject(
                ListedProject(
                    id=present.listed.id if present else uuid4().hex,
                    name=found.name,
                    path=str(folder),
                    registered_at=timestamp(self._clock()),
                    mlproject=data.decode("utf-8-sig"),
                ),
                self._roots,
            )
            if present is None and len(self._projects) >= PROJECTS_LIMIT:
                raise Conflict(
                    f"There are {PROJECTS_LIMIT} projects already; remove one first.", code="too_many_projects"
                )
            self._keep((*(one for one in self._projects if one is not present), added))
        return added.sent()

    def _remove(self, project_id: str) -> None:
        with self._change:
            rest = tuple(one for one in self._projects if one.listed.id != project_id)
            if len(rest) == len(self._projects):
                raise NotFound(f"There is no project {project_id!r}; GET /api/projects lists those there are.")
            self._keep(rest)

    def _keep(self, projects: tuple[RegisteredProject, ...]) -> None:
        self._list.write(tuple(project.listed for project in projects))
        self._projects = projects


def _name_taken(present: ListedProject) -> Conflict:
    message = (
        f"There is a project {present.name} already, in {present.path}. Set replace=true to put this one in its place, "
        "or give it another name in its MLproject file."
    )
    return Conflict(
        message,
        code="project_exists",
        problems=[Problem(code=ProjectFault.INVALID_NAME, message=message, pointer="/name")],
    )
