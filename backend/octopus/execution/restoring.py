"""Restoring: a run that an earlier server had under way -> an execution that goes on where it stood. Its machine is
rebuilt from the recorded events, the values on its edges from the results of its steps."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from octopus.compiler.plan import Plan
from octopus.compiler.plan_json import plan_from_json
from octopus.domain import event as e
from octopus.domain.run import RunRecord
from octopus.domain.tracking import TrackedRun
from octopus.engine.replay import ReplayDiverged, restore
from octopus.engine.signals import StepRunKey
from octopus.execution.attempt_directory import attempt_directory
from octopus.execution.executor import Beginning, RunExecution
from octopus.execution.host import Host
from octopus.execution.ports import RunStore
from octopus.execution.values import PortValues


class CannotGoOn(Exception):
    """Why a run cannot be taken up again, as the reason with which it ends."""


SERVER_STOPPED = "the server stopped while the run was going on"


async def restored(host: Host, store: RunStore, record: RunRecord) -> RunExecution:
    """Raises CannotGoOn, and StorageUnavailable if the database does not answer."""
    plan = _plan_of(record)
    events = await store.events(record.id)
    try:
        found = await asyncio.to_thread(restore, record.id, plan, events)
    except ReplayDiverged as error:
        raise CannotGoOn(f"the run cannot go on with this version of octopus: {error}") from error
    values = await _values(host, record.id, [*events, *found.missing_events])
    beginning = Beginning(events, found.missing_events, found.commands, values, is_restored=True)
    return RunExecution(host, store, record, plan, found.machine, beginning)


def _plan_of(record: RunRecord) -> Plan:
    if record.plan is None:
        raise CannotGoOn(SERVER_STOPPED)
    try:
        return plan_from_json(record.plan)
    except ValueError as error:
        raise CannotGoOn("the run's plan cannot be read by this version of octopus") from error


async def _values(host: Host, run_id: str, events: Sequence[e.Event]) -> PortValues:
    """In the order of the events: a value that is handed on comes after the one it is."""
    values = PortValues()
    artifacts: dict[StepRunKey, list[e.ArtifactRef]] = {}
    for event in events:
        match event:
            case e.StepArtifact():
                artifacts.setdefault(_key(event), []).append(_ref(event))
            case e.StepSucceeded():
                await _keep(host, values, run_id, _key(event), tuple(artifacts.get(_key(event), ())))
            case e.StepReused():
                await _keep_reused(host, values, event)
            case _:
                pass
    return values


async def _keep(
    host: Host, values: PortValues, run_id: str, key: StepRunKey, artifacts: tuple[e.ArtifactRef, ...]
) -> None:
    """From its result, or where that was forgotten together with others, from its attempt's directory."""
    result = await host.results.of_step_run(run_id, key.step_id, key.iteration)
    if result is not None:
        values.keep_result(key, result)
        return
    directory = attempt_directory(host.settings.attempts_dir, run_id, key)
    try:
        tracked = TrackedRun.model_validate(directory.read_spec()["tracked"]) if directory is not None else None
    except (OSError, ValueError, LookupError) as error:
        raise CannotGoOn(f"what step {key.step_id} left cannot be found again: {error}") from error
    if directory is None or tracked is None:
        raise CannotGoOn(f"what step {key.step_id} left cannot be found again")
    outputs = Path(tracked.artifact_dir) / "out" if tracked.artifact_dir is not None else directory.outputs
    values.keep(key, outputs, tracked.artifact_uri, artifacts)


async def _keep_reused(host: Host, values: PortValues, event: e.StepReused) -> None:
    result = await host.results.of_step_run(event.run_id, event.step_id, event.iteration)
    if result is None:
        result = await host.results.of_step_run(event.from_run, event.from_step, event.from_iteration)
    if result is None:
        raise CannotGoOn(f"the result that step {event.step_id} reused was deleted")
    values.keep_result(_key(event), result)


def _key(event: e.StepArtifact | e.StepSucceeded | e.StepReused) -> StepRunKey:
    return StepRunKey(event.step_id, event.iteration, event.attempt)


def _ref(event: e.StepArtifact) -> e.ArtifactRef:
    return e.ArtifactRef(**{name: getattr(event, name) for name in e.ArtifactRef.model_fields})
