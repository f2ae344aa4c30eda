"""read_mlproject: the bytes of an MLproject file -> its name and its entries of the catalog."""

from dataclasses import dataclass
from pathlib import Path

from octopus.catalog.mlproject.entry import Project, catalog_entry
from octopus.catalog.mlproject.environment import declared_environment
from octopus.catalog.mlproject.findings import Findings, ProjectFault, refusal
from octopus.catalog.mlproject.names import check_name
from octopus.catalog.mlproject.safe_yaml import load
from octopus.catalog.step_type import CatalogEntry
from octopus.domain.problem import Problem

ENTRY_POINTS_LIMIT = 200
"""More would bury the rest of the palette."""


@dataclass(frozen=True, slots=True)
class Mlproject:
    """`warnings`: what may surprise, but keeps nothing from running."""

    name: str
    entries: tuple[CatalogEntry, ...]
    warnings: tuple[Problem, ...]


def mlproject_file(folder: Path) -> Path | None:
    """MLflow takes the name in any case. None: there is none, or there are several. Raises OSError."""
    found = [path for path in folder.iterdir() if path.name.lower() == "mlproject" and path.is_file()]
    return found[0] if len(found) == 1 else None


def read_mlproject(data: bytes, folder: Path, roots: tuple[Path, ...] = ()) -> Mlproject:
    """`folder`: where the file lies, absolute; `roots`: further folders that parameters of type path may point into.
    Raises InvalidProject with every error."""
    declared = load(data)
    if not isinstance(declared, dict):
        raise refusal(ProjectFault.WRONG_SHAPE, "The MLproject file must be an object with `name` and `entry_points`.")
    findings = Findings()
    name = _name(declared.get("name"), folder, findings)
    environment = declared_environment(declared, folder, findings)
    project = Project(name, str(folder), tuple(str(root) for root in (folder, *roots)), environment)
    entries = _entries(project, declared.get("entry_points"), findings)
    findings.raise_errors()
    return Mlproject(name, entries, findings.warnings)


def _name(declared: object, folder: Path, findings: Findings) -> str:
    """The folder's name where the file gives none."""
    what = "the project" if declared is not None else "the project, its folder's since the file has no `name`,"
    return check_name(folder.name if declared is None else declared, what, findings, ("name",)) or "unnamed"


def _entries(project: Project, declared: object, findings: Findings) -> tuple[CatalogEntry, ...]:
    at = ("entry_points",)
    if declared is None or declared == {}:
        findings.error(ProjectFault.NO_ENTRY_POINTS, at, "There are no entry points, so that there is nothing to run.")
        return ()
    if not isinstance(declared, dict):
        findings.error(ProjectFault.WRONG_SHAPE, at, "`entry_points` must be an object of names.")
        return ()
    if len(declared) > ENTRY_POINTS_LIMIT:
        findings.error(ProjectFault.OVER_LIMIT, at, f"A project has at most {ENTRY_POINTS_LIMIT} entry points.")
        return ()
    entries = []
    for key, value in declared.items():
        here = (*at, str(key))
        name = check_name(key, "an entry point", findings, here)
        if name is not None and not isinstance(value, dict):
            findings.error(
                ProjectFault.WRONG_SHAPE, here, f"The entry point {name} must be an object with a `command`."
            )
        elif name is not None and isinstance(value, dict):
            entries.append(catalog_entry(project, name, value, findings, here))
    return tuple(entries)
