"""The last stage of an attempt: its process has ended -> its outputs are collected, its MLflow run is closed, and it is
said how it ended. May be repeated after a restart."""

import asyncio
import shutil
from collections.abc import Callable

from octopus.compiler.plan import PlannedStep
from octopus.engine.commands import StartAttempt
from octopus.execution import endings
from octopus.execution.backends.protocol import Exit
from octopus.execution.collecting import Collecting
from octopus.execution.context import RunContext
from octopus.execution.endings import Ended
from octopus.execution.host import Host
from octopus.execution.preparation import Prepared
from octopus.execution.tracked_attempt import TrackedAttempt, result_of


class Settlement:
    """Of one attempt. `is_cancelled` is asked again and again: a cancel wins over a success that is not yet told."""

    def __init__(
        self,
        host: Host,
        context: RunContext,
        step: PlannedStep,
        command: StartAttempt,
        mlflow: TrackedAttempt,
        is_cancelled: Callable[[], bool],
    ) -> None:
        self._host = host
        self._context = context
        self._step = step
        self._command = command
        self._key = command.key
        self._mlflow = mlflow
        self._is_cancelled = is_cancelled

    async def of(self, prepared: Prepared, end: Exit, started_at: str) -> Ended:
        """Raises TrackingUnavailable if the outputs of a success cannot be collected."""
        await asyncio.to_thread(shutil.rmtree, prepared.directory.project, ignore_errors=True)
        if self._is_cancelled():
            return await self._cancelled(end.exit_code)
        collecting = Collecting(self._host, self._step, prepared)
        if end.exit_code == 0 and not end.timed_out:
            return await self._success(prepared, collecting, started_at)
        leftovers = await collecting.leftovers()
        closed = await self._mlflow.close("FAILED")
        return endings.exited(self._host.clock(), self._key, end, self._step.policy.timeout_s, leftovers, closed)

    async def _success(self, prepared: Prepared, collecting: Collecting, started_at: str) -> Ended:
        collected = await collecting.everything(given_up=self._is_cancelled)
        if self._is_cancelled():
            return await self._cancelled(0)
        if collected.fault is not None:
            closed = await self._mlflow.close("FAILED")
            return endings.failed(self._host.clock(), self._key, collected.fault, collected, closed)
        digests = self._context.values.digests(self._step, self._command.inputs)
        fingerprint = await self._host.reuse.unchanged(self._step, digests, prepared.fingerprint)
        closed = await self._mlflow.close("FINISHED")
        now = self._host.clock()
        result = result_of(self._context, self._step, self._key, prepared, collected, fingerprint, started_at, now)
        self._context.values.keep_result(self._key, result)
        return endings.succeeded(now, self._key, collected, closed, result)

    async def _cancelled(self, exit_code: int | None) -> Ended:
        closed = await self._mlflow.close("KILLED")
        return endings.cancelled(self._host.clock(), self._key, exit_code, closed)
