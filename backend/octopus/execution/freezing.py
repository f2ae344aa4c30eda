"""Freezing: the projects of a plan's steps -> copies that never change, so that editing during a run changes nothing in
it. The steps that come with octopus run from its package."""

import asyncio
from dataclasses import replace
from pathlib import Path

from octopus.catalog.project_files import snapshot, working_copy
from octopus.compiler.plan import Plan, PlannedStep


async def freeze(plan: Plan, snapshots_dir: Path) -> None:
    """Make the copies that are not there. Raises InvalidProject if a project changed since it was planned."""
    wanted = {(step.entry_point.project_dir, step.code.project) for step in plan.steps if _is_frozen(step)}
    for folder, digest in sorted(wanted, key=str):
        if digest is not None:
            await asyncio.to_thread(snapshot, Path(folder), digest, snapshots_dir)


def frozen(step: PlannedStep, into: Path) -> PlannedStep:
    """`step` with a copy of its own, `into`, in place of its project's folder."""
    if not _is_frozen(step):
        return step
    return replace(step, entry_point=step.entry_point.model_copy(update={"project_dir": str(into)}))


def files_of(step: PlannedStep, snapshots_dir: Path) -> Path:
    """The folder with its project's files as the run has them."""
    if step.code.project is None or not _is_frozen(step):
        return Path(step.entry_point.project_dir)
    return snapshots_dir / step.code.project.removeprefix("sha256:")


def copy_project(step: PlannedStep, snapshots_dir: Path, into: Path) -> None:
    """Make it: many a project writes files beside its programs, and attempts run side by side. Raises OSError."""
    if _is_frozen(step):
        working_copy(files_of(step, snapshots_dir), into)


def _is_frozen(step: PlannedStep) -> bool:
    """A project that could not be digested has no copy; its steps are never reused either."""
    return step.entry_point.is_foreign and step.code.project is not None
