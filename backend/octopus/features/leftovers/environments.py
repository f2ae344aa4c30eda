"""Which Python environments of steps nobody needs any more: no project declares them now, no run that goes on wants
them, and nobody builds them."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from octopus.catalog.step_type import CatalogEntry
from octopus.compiler.plan_json import plan_from_json
from octopus.domain.errors import InvalidProject
from octopus.execution.attempt_files import LOCK
from octopus.execution.environments import layout
from octopus.execution.environments.wanted import KEY_LENGTH, keys_of, lock_of, wanted_by
from octopus.execution.freezing import files_of
from octopus.features.leftovers.disk import folders, is_locked, size_of
from octopus.features.leftovers.leftover import Kind, Leftover

Declared = Callable[[], Sequence[CatalogEntry] | None]
"""The steps of all projects that there are; None: one of the projects cannot be read."""
_KEY = re.compile(f"[0-9a-f]{{{KEY_LENGTH}}}")


def built_environments(root: Path) -> list[Path]:
    """Folders that are one, or half of one; nothing that a link leads to."""
    return [] if root.is_symlink() else [folder for folder in folders(root) if _KEY.fullmatch(folder.name)]


def unneeded(
    built: Sequence[Path],
    declared: Sequence[CatalogEntry] | None,
    plans_under_way: Sequence[str],
    snapshots_dir: Path,
    used_before: str | None,
) -> Iterator[Leftover]:
    """`declared`: as Declared answers; `plans_under_way`: of runs that have not ended; `used_before`: a time as in the
    database, None: any. While something of that cannot be read, all are needed."""
    if declared is None:
        return
    try:
        needed = _declared(declared) | _wanted(plans_under_way, snapshots_dir) if built else frozenset[str]()
    except (InvalidProject, ValueError, OSError):
        return
    before = None if used_before is None else datetime.fromisoformat(used_before).timestamp()
    for folder in built:
        if folder.name in needed or _is_being_built(folder):
            continue
        if before is None or _last_used(folder) < before:
            yield Leftover(kind=Kind.ENVIRONMENT, path=folder, size_bytes=size_of(folder))


def _declared(entries: Sequence[CatalogEntry]) -> frozenset[str]:
    points = {entry.entry_point for entry in entries}
    return frozenset(key for point in points for key in keys_of(point))


def _wanted(plans: Sequence[str], snapshots_dir: Path) -> frozenset[str]:
    steps = [step for plan in plans for step in plan_from_json(plan).steps if step.env_manager != "local"]
    return frozenset(wanted_by(step, files_of(step, snapshots_dir), Path()).folder.name for step in steps)


def _is_being_built(folder: Path) -> bool:
    """By a server, or by what a server that was killed has left at work."""
    return is_locked(lock_of(folder)) or is_locked(folder / layout.BUILD / LOCK)


def _last_used(folder: Path) -> float:
    """Seconds since 1970; of half an environment when it was begun."""
    marker = folder / layout.MARKER
    return (marker if marker.is_file() else folder).lstat().st_mtime
