"""AttemptExecution: one StartAttempt command -> one `mlflow run`, from waiting for a slot to its closed MLflow run, and
the signal that says how it ended. Whatever goes wrong on the way becomes that signal; nothing is raised."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from octopus.compiler.plan import PlannedStep
from octopus.domain.errors import OctopusError, TrackingUnavailable
from octopus.domain.tracking import Collected, MlflowStatus, TrackedRun
from octopus.engine.commands import StartAttempt
from octopus.engine.signals import (
    AttemptCancelled,
    AttemptFailed,
    AttemptProgressed,
    AttemptStarted,
    AttemptSucceeded,
    Signal,
)
from octopus.execution import mlflow_runs
from octopus.execution.backends.protocol import Attempt, Exit
from octopus.execution.closings import Closed
from octopus.execution.host import Host
from octopus.execution.persistence import persist
from octopus.execution.preparation import Prepared, RunContext, prepare
from octopus.execution.progress import EVENTS_PER_S, ProgressFile
from octopus.execution.reasons import CANCELLED, failure_reason
from octopus.execution.values import output_specs

T = TypeVar("T")

_LOG = logging.getLogger(__name__)
_LEFTOVERS_BUDGET_S = 10.0
"""Metrics and artifacts of an attempt that failed are worth less waiting than those of one that succeeded."""

Ending = AttemptSucceeded | AttemptFailed | AttemptCancelled


class _Cancelled(Exception):
    """The attempt was cancelled before its process was there."""


class AttemptExecution:
    """`tell` takes the signals before the last one, which `run` answers."""

    def __init__(
        self, host: Host, context: RunContext, step: PlannedStep, command: StartAttempt, tell: Callable[[Signal], None]
    ) -> None:
        self._host = host
        self._context = context
        self._step = step
        self._command = command
        self._key = command.key
        self._tell = tell
        self._cancel_requested = False
        self._grace_s = host.settings.cancel_grace_s
        self._waiting: asyncio.Task[Any] | None = None
        self._process: Attempt | None = None
        self._tracked: TrackedRun | None = None
        self._asked_mlflow = False

    async def run(self) -> Ending:
        try:
            return await self._run()
        except _Cancelled:
            return self._cancelled(None, await self._close("KILLED"))
        except OctopusError as error:
            if self._cancel_requested:
                return self._cancelled(None, await self._close("KILLED"))
            return self._lost(error.detail, await self._close("FAILED"))
        except OSError as error:
            place = f"{error.filename}: " if error.filename else ""
            return self._lost(f"mlflow run could not be started: {place}{error.strerror}", await self._close("FAILED"))
        except Exception as error:
            _LOG.exception("the attempt %s failed inside octopus", self._key)
            await self.cancel(0)
            return self._lost(f"octopus itself failed: {type(error).__name__}: {error}", await self._close("FAILED"))

    @property
    def may_have_left_a_run(self) -> bool:
        """MLflow was asked for a run and never answered: there may be one that nobody can close by its id."""
        return self._asked_mlflow and self._tracked is None

    async def cancel(self, grace_s: float | None = None) -> None:
        """End the attempt wherever it stands; `run` then answers AttemptCancelled. A later call may shorten the
        grace."""
        self._cancel_requested = True
        self._grace_s = self._grace_s if grace_s is None else grace_s
        if self._waiting is not None:
            self._waiting.cancel()
        if self._process is not None:
            await self._process.cancel(self._grace_s)

    async def _run(self) -> Ending:
        await self._wait_for_slot()
        try:
            self._tracked = await self._create_mlflow_run()
            if self._cancel_requested:
                raise _Cancelled
            prepared = prepare(self._host, self._context, self._step, self._command, self._tracked)
            end = await self._execute(prepared, self._tracked)
        finally:
            self._host.slots.release()
        if self._cancel_requested:
            return self._cancelled(end.exit_code, await self._close("KILLED"))
        if end.exit_code == 0:
            return await self._succeed(prepared, self._tracked)
        leftovers = await self._leftovers(prepared, self._tracked)
        return self._failed(failure_reason(end), leftovers, await self._close("FAILED"), end)

    async def _wait_for_slot(self) -> None:
        await self._unless_cancelled(self._host.slots.acquire())
        if self._cancel_requested:
            self._host.slots.release()
            raise _Cancelled

    async def _create_mlflow_run(self) -> TrackedRun:
        parent = self._context.parent
        if parent is None:
            raise TrackingUnavailable(f"The step could not be started without MLflow: {self._context.trouble}")
        self._asked_mlflow = True
        new = mlflow_runs.child_run(self._context.run_id, self._context.plan, parent, self._step, self._key)
        budget_s = self._host.settings.tracking_budget_s
        return await self._unless_cancelled(
            persist(lambda: self._host.tracking.create_run(new), budget_s, may_take_longer=True)
        )

    async def _unless_cancelled(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` answers; raises _Cancelled as soon as the attempt is cancelled."""
        if self._cancel_requested:
            work.close()
            raise _Cancelled
        self._waiting = waiting = asyncio.create_task(work)
        try:
            return await waiting
        except asyncio.CancelledError:
            if self._cancel_requested:
                raise _Cancelled from None
            raise
        finally:
            self._waiting = None

    async def _execute(self, prepared: Prepared, tracked: TrackedRun) -> Exit:
        grew = self._host.audience.log_grew
        self._process = await self._host.backend.start(prepared.spec, lambda: grew(self._context.run_id))
        self._tell(AttemptStarted(self._host.clock(), self._key, self._host.backend.name, tracked.run_id))
        if self._cancel_requested:
            await self._process.cancel(self._grace_s)
        progress = ProgressFile(prepared.directory.events)
        telling = asyncio.create_task(self._tell_progress(progress))
        try:
            return await self._process.wait()
        finally:
            telling.cancel()
            self._tell_latest(progress)

    async def _tell_progress(self, progress: ProgressFile) -> None:
        while True:
            await asyncio.sleep(1 / EVENTS_PER_S)
            self._tell_latest(progress)

    def _tell_latest(self, progress: ProgressFile) -> None:
        if (latest := progress.latest()) is not None:
            self._tell(AttemptProgressed(self._host.clock(), self._key, latest.fraction, latest.message))

    async def _succeed(self, prepared: Prepared, tracked: TrackedRun) -> Ending:
        collected = await persist(
            lambda: self._collect(prepared, tracked, complete=True),
            self._host.settings.tracking_budget_s,
            given_up=lambda: self._cancel_requested,
            may_take_longer=True,
        )
        if self._cancel_requested:
            return self._cancelled(0, await self._close("KILLED"))
        if collected.fault is not None:
            return self._failed(collected.fault, collected, await self._close("FAILED"), Exit(0))
        closed = await self._close("FINISHED")
        self._context.values.keep(self._key, prepared.outputs_dir, tracked.artifact_uri, collected.artifacts)
        return AttemptSucceeded(
            at=self._host.clock(),
            key=self._key,
            emitted=frozenset(collected.emitted),
            metrics=collected.metrics,
            artifacts=collected.artifacts,
            tracking=closed,
        )

    async def _leftovers(self, prepared: Prepared, tracked: TrackedRun) -> Collected:
        try:
            return await persist(lambda: self._collect(prepared, tracked, complete=False), _LEFTOVERS_BUDGET_S)
        except TrackingUnavailable:
            _LOG.warning("the metrics of %s could not be collected: MLflow does not answer", self._key)
            return Collected()

    async def _collect(self, prepared: Prepared, tracked: TrackedRun, *, complete: bool) -> Collected:
        specs = output_specs(self._step.outputs, prepared.arrived)
        return await self._host.tracking.collect(tracked.run_id, str(prepared.outputs_dir), specs, complete=complete)

    async def _close(self, status: MlflowStatus) -> Closed:
        return await self._host.closings.close(self._tracked.run_id, status) if self._tracked is not None else "closed"

    def _cancelled(self, exit_code: int | None, closed: Closed) -> AttemptCancelled:
        return AttemptCancelled(self._host.clock(), self._key, CANCELLED, exit_code, closed)

    def _lost(self, reason: str, closed: Closed) -> AttemptFailed:
        return AttemptFailed(self._host.clock(), self._key, "lost", reason, tracking=closed)

    def _failed(self, reason: str, leftovers: Collected, closed: Closed, end: Exit) -> AttemptFailed:
        return AttemptFailed(
            at=self._host.clock(),
            key=self._key,
            outcome="lost" if end.lost else "failed",
            reason=reason,
            exit_code=end.exit_code,
            metrics=leftovers.metrics,
            artifacts=leftovers.artifacts,
            tracking=closed,
        )
