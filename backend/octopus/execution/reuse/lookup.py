"""Reuse: a step run that is about to start -> an earlier result that stands in for it, or why there is none.

Looks things up and reads files; starts nothing and changes nothing. The plan shown before a run and the run itself ask
here, so that both say the same.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from octopus.compiler.plan import PlannedStep
from octopus.domain.results import Fingerprint, StepResultRecord
from octopus.execution.ports import Results
from octopus.execution.reuse.artifacts import fault_of
from octopus.execution.reuse.content import ContentDigests
from octopus.execution.reuse.data_files import DataFiles
from octopus.execution.reuse.fingerprints import changed_parts, fingerprint
from octopus.execution.reuse.words import changed_words

Digests = Mapping[str, tuple[str | None, ...]]
"""Per input port the content digests of its values, in the document's edge order."""


@dataclass(frozen=True, slots=True)
class Hit:
    """`result` stands in for the step run."""

    result: StepResultRecord
    why: str


@dataclass(frozen=True, slots=True)
class Miss:
    """`why`: for a person. `changed`: the parts of the fingerprint that differ from the latest result's."""

    why: str
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of looking. `latest`: the newest result of this step of this pipeline, if it was asked for."""

    fingerprint: Fingerprint
    found: Hit | Miss
    latest: StepResultRecord | None = field(default=None)


class Reuse:
    """Every method raises StorageUnavailable if the database does not answer."""

    def __init__(self, results: Results, data_files: DataFiles, contents: ContentDigests) -> None:
        self._results = results
        self._data_files = data_files
        self._contents = contents

    async def fingerprint(self, step: PlannedStep, inputs: Digests) -> Fingerprint:
        """`step`: with the parameters as the attempt gets them."""
        data = await asyncio.to_thread(self._data_files.digests, step) if step.data_parameters else {}
        return fingerprint(step, inputs, data)

    async def unchanged(self, step: PlannedStep, inputs: Digests, before: Fingerprint) -> Fingerprint:
        """`before`, unless a data file changed while the step ran: then nobody knows what it has read."""
        if not step.data_parameters or before.value is None:
            return before
        after = await self.fingerprint(step, inputs)
        if after.value == before.value:
            return before
        return before.model_copy(update={"value": None, "unknown": "a data file changed while the step ran"})

    async def look(self, step: PlannedStep, inputs: Digests, pipeline_key: str) -> Looked:
        """Why a step that may run as well has no result is not gone into: nobody is told."""
        new = await self.fingerprint(step, inputs)
        found = await self._find(step, new)
        if isinstance(found, Hit) or step.mode != "reuse":
            return Looked(new, found)
        return await self._explained(step, new, found, pipeline_key)

    async def explain(self, step: PlannedStep, inputs: Digests, pipeline_key: str) -> Looked:
        """The same, always with the latest result and what changed since."""
        looked = await self.look(step, inputs, pipeline_key)
        if looked.latest is not None or not isinstance(looked.found, Miss):
            return looked
        return await self._explained(step, looked.fingerprint, looked.found, pipeline_key)

    async def latest(self, pipeline_key: str, step_id: str) -> StepResultRecord | None:
        return await self._results.latest(pipeline_key, step_id)

    async def _find(self, step: PlannedStep, new: Fingerprint) -> Hit | Miss:
        if step.mode == "force":
            return Miss("the run was asked to execute it")
        if step.adopt is not None:
            adopted = step.adopt
            result = await self._results.of_step_run(adopted.run_id, adopted.step_id, adopted.iteration)
            return await self._whole(result, "taken over from the earlier run")
        if not step.reuse:
            return Miss("its reuse is switched off")
        if new.value is None:
            return Miss(new.unknown)
        return await self._whole(await self._results.with_fingerprint(new.value), "nothing it depends on has changed")

    async def _whole(self, result: StepResultRecord | None, why: str) -> Hit | Miss:
        if result is None:
            return Miss(_NOT_FOUND)
        fault = await asyncio.to_thread(fault_of, result, self._contents)
        return Hit(result, why) if fault is None else Miss(f"its earlier result is gone: {fault}")

    async def _explained(self, step: PlannedStep, new: Fingerprint, miss: Miss, pipeline_key: str) -> Looked:
        latest = await self._results.latest(pipeline_key, step.id)
        if miss.why != _NOT_FOUND or latest is None:
            return Looked(new, miss, latest)
        if latest.fingerprint.value is None:
            return Looked(new, Miss(f"its last result cannot be reused: {latest.fingerprint.unknown}"), latest)
        changed = changed_parts(new, latest.fingerprint)
        return Looked(new, Miss(changed_words(changed), changed), latest)


_NOT_FOUND = "there is no earlier result"
