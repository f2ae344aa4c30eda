"""AttemptExecution: one StartAttempt command -> an earlier result in its place, or one `mlflow run` from waiting for a
slot to its closed MLflow run, and the signal that says how it ended. Whatever goes wrong on the way becomes that
signal; nothing is raised."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from octopus.compiler.plan import PlannedStep
from octopus.domain.errors import OctopusError
from octopus.domain.results import Fingerprint
from octopus.domain.tracking import MlflowStatus
from octopus.engine.commands import StartAttempt
from octopus.engine.signals import AttemptMeasured, AttemptProgressed, AttemptStarted, Signal
from octopus.execution import endings
from octopus.execution.backends.protocol import Attempt, Exit
from octopus.execution.closings import Closed
from octopus.execution.context import RunContext
from octopus.execution.endings import Ended
from octopus.execution.environments.build import NotBuilt
from octopus.execution.following import LIMIT_MARGIN_S, follow
from octopus.execution.host import Host
from octopus.execution.looking_up import look_up
from octopus.execution.moments import remaining_s
from octopus.execution.preparation import Prepared, directory_of, prepare, prepared_before
from octopus.execution.progress import Measured, ProgressFile, Reported
from octopus.execution.references import MetricMissing, resolved
from octopus.execution.settlement import Settlement
from octopus.execution.tracked_attempt import TrackedAttempt

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

LEFT_NOTHING = "the step had started, but its attempt's directory is gone, so nobody knows how it ended"


class _Cancelled(Exception):
    """The attempt was cancelled before its process was there."""


class AttemptExecution:
    """`tell` takes the signals before the last one, which `run` answers. `started_at`: when its process started, of an
    attempt that an earlier server started. One whose process may be there has its slot from the beginning."""

    def __init__(
        self,
        host: Host,
        context: RunContext,
        step: PlannedStep,
        command: StartAttempt,
        tell: Callable[[Signal], None],
        started_at: str | None = None,
    ) -> None:
        self._host = host
        self._context = context
        self._step = step
        self._command = command
        self._key = command.key
        self._tell = tell
        self._started_at = started_at
        self._cancel_requested = False
        self._grace_s = host.settings.cancel_grace_s
        self._waiting: asyncio.Task[Any] | None = None
        self._process: Attempt | None = None
        self._flight: str | None = None
        self._mlflow = TrackedAttempt(host, context, command.key)
        self._may_have_begun = context.is_restored and (
            started_at is not None or directory_of(host, context.run_id, command.key).path.exists()
        )
        if self._may_have_begun:
            host.slots.occupy()

    async def run(self) -> Ended:
        try:
            return await self._run()
        except (MetricMissing, NotBuilt) as error:
            return endings.never_started(self._now(), self._key, str(error))
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
        return self._mlflow.is_unsure

    async def cancel(self, grace_s: float | None = None) -> None:
        """End the attempt wherever it stands; `run` then answers AttemptCancelled. A later call may shorten the
        grace."""
        self._cancel_requested = True
        self._grace_s = self._grace_s if grace_s is None else grace_s
        if self._waiting is not None:
            self._waiting.cancel()
        if self._process is not None:
            await self._process.cancel(self._grace_s)

    def land(self) -> None:
        """What it left is stored, or there is nothing: whoever waits for that may look."""
        if self._flight is not None:
            self._host.flights.end(self._flight)
            self._flight = None

    def cap_log(self) -> None:
        """The disk is nearly full: from now on the supervisor drops what the step prints."""
        if self._process is not None:
            directory_of(self._host, self._context.run_id, self._key).cap.touch()

    async def _run(self) -> Ended:
        step = resolved(self._step, self._command.metrics)
        if self._may_have_begun and (ended := await self._take_up(step)) is not None:
            return ended
        looked = await self._unless_cancelled(self._look(step))
        if isinstance(looked, Ended):
            return looked
        variables = await self._environment(step)
        await self._wait_for_slot()
        try:
            prepared, end = await self._begin(step, looked, variables)
        finally:
            self._host.slots.release()
        return await self._settle(step, prepared, end)

    async def _take_up(self, step: PlannedStep) -> Ended | None:
        """An earlier server started it: go on from wherever it stands now. None: it provably never began."""
        directory = directory_of(self._host, self._context.run_id, self._key)
        try:
            self._process = process = await self._host.backend.reattach(directory.path, self._log_grew)
            if process is None:
                return None if self._started_at is None else self._lost(LEFT_NOTHING, "closed")
            prepared = prepared_before(directory, self._context, step, self._command)
            self._mlflow.tracked = prepared.tracked
            await self._fly_on(step, prepared.fingerprint)
            end = await self._follow(process, prepared)
        finally:
            self._host.slots.release()
        return await self._settle(step, prepared, end)

    async def _look(self, step: PlannedStep) -> Fingerprint | Ended:
        """A step with outside effects waits for another that does the same at this moment, and looks again: the other
        may have ended since the first look, too."""
        looked = await look_up(self._host, self._context, step, self._command)
        if isinstance(looked, Ended) or step.pure or step.mode == "force" or looked.value is None:
            return looked
        await self._host.flights.begin(looked.value)
        self._flight = looked.value
        return await look_up(self._host, self._context, step, self._command)

    async def _fly_on(self, step: PlannedStep, fingerprint: Fingerprint) -> None:
        value = fingerprint.value
        if not step.pure and value is not None and not self._host.flights.is_under_way(value):
            await self._host.flights.begin(value)
            self._flight = value

    async def _environment(self, step: PlannedStep) -> Mapping[str, str]:
        """Takes no slot: others run while it is built."""
        if step.env_manager == "local":
            return {}
        return await self._unless_cancelled(self._host.environments.ready(step, self._tell_waiting))

    async def _wait_for_slot(self) -> None:
        await self._unless_cancelled(self._host.slots.acquire())
        if self._cancel_requested:
            self._host.slots.release()
            raise _Cancelled

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

    async def _begin(
        self, step: PlannedStep, fingerprint: Fingerprint, variables: Mapping[str, str]
    ) -> tuple[Prepared, Exit]:
        tracked = await self._unless_cancelled(self._mlflow.create(step))
        if self._cancel_requested:
            raise _Cancelled
        prepared, spec = await asyncio.to_thread(
            prepare, self._host, self._context, step, self._command, tracked, fingerprint
        )
        if self._cancel_requested:
            raise _Cancelled
        process = await self._host.backend.start(replace(spec, env={**spec.env, **variables}), self._log_grew)
        return prepared, await self._follow(process, prepared)

    async def _follow(self, process: Attempt, prepared: Prepared) -> Exit:
        self._process = process
        now = self._now()
        self._started_at = self._started_at or now
        self._tell(AttemptStarted(now, self._key, process.backend, prepared.tracked.run_id, process.backend_reason))
        if self._cancel_requested:
            await process.cancel(self._grace_s)
        timeout_s = self._step.policy.timeout_s
        limit_s = None if timeout_s is None else remaining_s(timeout_s, self._started_at, now) + LIMIT_MARGIN_S
        progress = ProgressFile(prepared.directory.events)
        return await follow(process, progress, self._tell_news, limit_s, self._grace_s)

    async def _settle(self, step: PlannedStep, prepared: Prepared, end: Exit) -> Ended:
        settlement = Settlement(
            self._host, self._context, step, self._command, self._mlflow, lambda: self._cancel_requested
        )
        return await settlement.of(prepared, end, self._started_at or self._now())

    def _log_grew(self) -> None:
        self._host.audience.log_grew(self._context.run_id)

    def _tell_news(self, said: Reported | Measured) -> None:
        if isinstance(said, Measured):
            self._tell(AttemptMeasured(self._now(), self._key, said.name, said.value, said.step))
        else:
            self._tell(AttemptProgressed(self._now(), self._key, said.fraction, said.message))

    def _tell_waiting(self, message: str) -> None:
        self._tell(AttemptProgressed(self._now(), self._key, None, message))

    async def _close(self, status: MlflowStatus) -> Closed:
        return await self._mlflow.close(status)

    def _cancelled(self, exit_code: int | None, closed: Closed) -> Ended:
        return endings.cancelled(self._now(), self._key, exit_code, closed)

    def _lost(self, reason: str, closed: Closed) -> Ended:
        return endings.lost(self._now(), self._key, reason, closed)

    def _now(self) -> str:
        return self._host.clock()
