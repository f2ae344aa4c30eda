"""StepCodes: a plan as it was compiled -> the same plan with what its steps execute, as digests. Reads the projects'
files and asks git; runs nothing of them. What cannot be read is unknown, so that nothing is reused for it."""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

from octopus.catalog.project_files import RememberedDigests, environment_digest, git_revision, project_digest
from octopus.catalog.step_type import EntryPoint
from octopus.compiler.plan import Code, Plan
from octopus.domain.errors import InvalidProject


class StepCodes:
    """Remembers the digests of folders that look as they did."""

    def __init__(self) -> None:
        self._remembered = RememberedDigests()

    async def of(self, plan: Plan) -> Plan:
        """Never raises for a project that cannot be read."""
        return await asyncio.to_thread(self._filled, plan)

    def _filled(self, plan: Plan) -> Plan:
        projects: dict[tuple[str, bool], Code] = {}
        steps = []
        for step in plan.steps:
            place = (step.entry_point.project_dir, step.entry_point.is_foreign)
            if place not in projects:
                projects[place] = self._code_of(step.entry_point)
            command = f"sha256:{hashlib.sha256(step.entry_point.command.encode()).hexdigest()}"
            steps.append(replace(step, code=replace(projects[place], command=command)))
        return replace(plan, steps=tuple(steps))

    def _code_of(self, entry_point: EntryPoint) -> Code:
        """All but the command. Octopus' own steps are of its version, not of a commit."""
        folder = Path(entry_point.project_dir)
        try:
            return Code(
                project=project_digest(folder, self._remembered),
                environment=environment_digest(entry_point),
                revision=git_revision(folder) if entry_point.is_foreign else None,
            )
        except InvalidProject:
            return Code()
