"""StepCodes: a plan as it was compiled -> the same plan with what its steps execute, as digests, and what builds the
environments they do it in. Reads the projects' files and asks git; runs nothing of them. What cannot be read is
unknown, so that nothing is reused for it."""

import asyncio
import hashlib
import os
from dataclasses import replace
from pathlib import Path

from octopus.catalog.project_files import RememberedDigests, environment_digest, git_revision, project_digest
from octopus.catalog.step_type import EntryPoint, EnvManager, ProjectEnvironment
from octopus.compiler.plan import Code, Plan
from octopus.domain.errors import InvalidProject
from octopus.execution.environments.choice import chosen_manager, programs_of


class StepCodes:
    """Remembers the digests of folders that look as they did. `programs`: PATH of the steps, None: as this process
    would give it to them."""

    def __init__(self, programs: str | None = None) -> None:
        self._remembered = RememberedDigests()
        self._programs = programs_of(os.environ) if programs is None else programs

    async def of(self, plan: Plan) -> Plan:
        """Never raises for a project that cannot be read."""
        return await asyncio.to_thread(self._filled, plan)

    def _filled(self, plan: Plan) -> Plan:
        places: dict[tuple[str, bool, ProjectEnvironment | None], tuple[Code, EnvManager]] = {}
        steps = []
        for step in plan.steps:
            place = (step.entry_point.project_dir, step.entry_point.is_foreign, step.entry_point.environment)
            if place not in places:
                places[place] = self._code_of(step.entry_point), chosen_manager(step.entry_point, self._programs)
            code, manager = places[place]
            command = f"sha256:{hashlib.sha256(step.entry_point.command.encode()).hexdigest()}"
            steps.append(replace(step, code=replace(code, command=command), env_manager=manager))
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
