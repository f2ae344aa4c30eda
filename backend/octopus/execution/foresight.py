"""Foresight: a plan -> what each of its steps would do if it were run now: be reused or be executed, and why. The pure
machine of a run is played through with look-ups in place of attempts. Starts nothing, stores nothing."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import replace

from octopus.compiler.describe import Foreseen
from octopus.compiler.plan import Plan, PlannedStep
from octopus.domain.errors import InvalidRequest
from octopus.domain.event import LoopIterated, StepSkipped
from octopus.domain.problem import Problem
from octopus.engine.commands import StartAttempt
from octopus.engine.machine import RunMachine
from octopus.engine.signals import AttemptReused, RunAdmitted
from octopus.engine.transition import Transition
from octopus.execution import endings
from octopus.execution.references import MetricMissing, resolved
from octopus.execution.reuse.lookup import Hit, Looked, Reuse
from octopus.execution.values import PortValues

UPSTREAM_RESULT_MISSING = "upstream_result_missing"
_MOST_ITERATIONS = 50
"""A loop whose body is reused goes round in here too; somebody waits for the answer."""
_AT = "2000-01-01T00:00:00.000Z"
"""Any moment: nothing that is said here has a time."""


async def foresee(plan: Plan, reuse: Reuse, pipeline_key: str) -> Mapping[str, Foreseen]:
    """By step id, in the plan's order. Raises StorageUnavailable if the database does not answer."""
    return await _Play(plan, reuse, pipeline_key).whole()


def refuse_missing_results(plan: Plan, foreseen: Mapping[str, Foreseen]) -> None:
    """Raises InvalidRequest (`upstream_result_missing`) if a step whose earlier result is needed has none."""
    places = {step.id: index for index, step in enumerate(plan.document.steps)}
    problems = [
        Problem(
            code=UPSTREAM_RESULT_MISSING,
            message=f"Step `{step.id}` has no result that could be reused: {foreseen[step.id].why}.",
            pointer=f"/steps/{places[step.id]}",
            step_id=step.id,
        )
        for step in plan.steps
        if step.mode == "reuse" and step.enabled and not _is_there(foreseen[step.id])
    ]
    if problems:
        names = ", ".join(problem.step_id or "" for problem in problems)
        raise InvalidRequest(
            f"The run needs earlier results that are not there: of {names}. Run these steps first, "
            "with scope `to` or `all`.",
            problems=problems,
            code=UPSTREAM_RESULT_MISSING,
        )


class _Play:
    """One play from the first step to where nothing more can be known."""

    def __init__(self, plan: Plan, reuse: Reuse, pipeline_key: str) -> None:
        self._plan = plan
        self._reuse = reuse
        self._pipeline_key = pipeline_key
        self._machine = RunMachine("foresight", replace(plan, max_parallel=None, timeout_s=None))
        self._steps = {step.id: step for step in plan.steps}
        self._values = PortValues()
        self._seen: dict[str, Foreseen] = {}
        self._earlier: dict[str, Foreseen] = {}
        self._waiting: deque[StartAttempt] = deque()

    async def whole(self) -> Mapping[str, Foreseen]:
        self._machine.queued(_AT)
        self._take(self._machine.handle(RunAdmitted(_AT, None)))
        while self._waiting:
            await self._look(self._waiting.popleft())
        for step in self._plan.steps:
            self._seen.setdefault(step.id, self._not_reached(step))
        for step_id, seen in self._seen.items():
            earlier = self._earlier.get(step_id)
            if seen.will_skip and earlier is not None and earlier.will_reuse:
                self._seen[step_id] = earlier
        return await self._with_durations()

    def _take(self, transition: Transition) -> None:
        for event in transition.events:
            if isinstance(event, StepSkipped):
                self._seen[event.step_id] = Foreseen(will_skip=True, why=f"it will be skipped: {event.reason}")
            elif isinstance(event, LoopIterated):
                self._repeat(event)
        self._waiting.extend(command for command in transition.commands if isinstance(command, StartAttempt))

    def _repeat(self, event: LoopIterated) -> None:
        """What counts is the last iteration that can be foreseen."""
        for step_id in event.steps:
            if (seen := self._seen.pop(step_id, None)) is not None and not seen.will_skip:
                self._earlier[step_id] = seen

    async def _look(self, command: StartAttempt) -> None:
        if command.key.iteration > _MOST_ITERATIONS:
            return
        try:
            step = resolved(self._steps[command.key.step_id], command.metrics)
        except MetricMissing as error:
            self._seen[command.key.step_id] = Foreseen(why=f"it will fail: {error}")
            return
        digests = self._values.digests(step, command.inputs)
        looked = await self._reuse.explain(step, digests, self._pipeline_key)
        self._seen[step.id] = _told(looked)
        if isinstance(looked.found, Hit):
            self._values.keep_result(command.key, looked.found.result)
            ended = endings.reused(_AT, command.key, looked.found).signal
            if isinstance(ended, AttemptReused):
                self._take(self._machine.handle(ended))

    def _not_reached(self, step: PlannedStep) -> Foreseen:
        """Something upstream runs, and only then it is known what becomes of this step."""
        sources = {edge.id: edge.source for edge in self._plan.edges}
        upstream = [sources[edge] for port in step.inputs for edge in port.edges]
        undecided = [source for source in upstream if not _is_decided(self._seen[source])]
        what = "waits for" if not any(port.edges for port in step.inputs[:-1]) else "has an input from"
        return Foreseen(why=f"it {what} {undecided[0]}, which runs" if undecided else "it runs")

    async def _with_durations(self) -> Mapping[str, Foreseen]:
        latest = await asyncio.gather(*(self._reuse.latest(self._pipeline_key, s.id) for s in self._plan.steps))
        return {
            step.id: self._seen[step.id].model_copy(update={"last_duration_s": result and result.duration_s})
            for step, result in zip(self._plan.steps, latest, strict=True)
        }


def _told(looked: Looked) -> Foreseen:
    found, value = looked.found, looked.fingerprint.value
    if isinstance(found, Hit):
        return Foreseen(fingerprint=value, will_reuse=True, why=found.why)
    return Foreseen(fingerprint=value, why=found.why, changed=found.changed)


def _is_decided(seen: Foreseen) -> bool:
    return seen.will_reuse or seen.will_skip


def _is_there(seen: Foreseen) -> bool:
    """A step that will be skipped needs no result: what it would have handed on is not needed either."""
    return _is_decided(seen)
