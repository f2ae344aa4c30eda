"""RegisteredProject: one project of the list with its entries of the catalog, read again when its file has changed."""

from dataclasses import dataclass, replace
from pathlib import Path

from octopus.catalog.mlproject.environment import default_environment
from octopus.catalog.mlproject.read import read_mlproject
from octopus.catalog.step_type import CatalogEntry
from octopus.domain.errors import InvalidProject
from octopus.domain.problem import Problem
from octopus.features.projects.folder import FolderGone, mlproject_bytes
from octopus.features.projects.project import Project
from octopus.features.projects.project_list import ListedProject


@dataclass(frozen=True, slots=True)
class Seen:
    """What the last look at the file gave. `data` None: it could not be read. `environment`: the file beside it that
    declared an environment without being named in it."""

    data: bytes | None
    entries: tuple[CatalogEntry, ...]
    unavailable: str | None
    problems: tuple[Problem, ...]
    environment: str | None = None


class RegisteredProject:
    """Looks at the file on every question: it is small. A file that became invalid or belongs to a project of another
    name leaves the entries as they were, marked unavailable."""

    def __init__(self, listed: ListedProject, roots: tuple[Path, ...]) -> None:
        self.listed = listed
        self._roots = roots
        self._seen = self._last_valid()

    @property
    def folder(self) -> Path:
        return Path(self.listed.path)

    def entries(self) -> tuple[CatalogEntry, ...]:
        """In the file's order."""
        return self._look().entries

    def sent(self) -> Project:
        seen = self._look()
        return Project(
            id=self.listed.id,
            name=self.listed.name,
            path=self.listed.path,
            registered_at=self.listed.registered_at,
            step_types=tuple(entry.step_type for entry in seen.entries),
            unavailable=seen.unavailable,
            problems=seen.problems,
        )

    def _look(self) -> Seen:
        try:
            data = mlproject_bytes(self.folder)
        except FolderGone as error:
            self._seen = self._lost(None, str(error))
            return self._seen
        environment = default_environment(self.folder)
        if data != self._seen.data or environment != self._seen.environment:
            self._seen = replace(self._read(data), environment=environment)
        return self._seen

    def _read(self, data: bytes) -> Seen:
        try:
            found = read_mlproject(data, self.folder, self._roots)
        except InvalidProject as error:
            return self._lost(data, error.detail, error.problems)
        if found.name != self.listed.name:
            return self._lost(
                data, f"The project in {self.folder} is named {found.name} now; register it again under that name."
            )
        return Seen(data, found.entries, None, found.warnings)

    def _lost(self, data: bytes | None, why: str, problems: tuple[Problem, ...] = ()) -> Seen:
        return Seen(data, tuple(_unavailable(entry, why) for entry in self._seen.entries), why, problems)

    def _last_valid(self) -> Seen:
        """From the list, so that the step types of a folder that is gone have their ports and forms."""
        data = self.listed.mlproject.encode()
        try:
            found = read_mlproject(data, self.folder, self._roots)
        except InvalidProject as error:
            return Seen(None, (), error.detail, error.problems)
        return Seen(data, found.entries, None, found.warnings, default_environment(self.folder))


def _unavailable(entry: CatalogEntry, why: str) -> CatalogEntry:
    return entry.model_copy(update={"step_type": entry.step_type.model_copy(update={"unavailable": why})})
