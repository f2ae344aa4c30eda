"""Collecting: what an attempt left behind -> artifacts and metrics in its MLflow run."""

import logging
from collections.abc import Callable

from octopus.compiler.plan import PlannedStep
from octopus.domain.errors import TrackingUnavailable
from octopus.domain.tracking import Collected
from octopus.execution.host import Host
from octopus.execution.persistence import persist
from octopus.execution.preparation import Prepared
from octopus.execution.values import output_specs

_LOG = logging.getLogger(__name__)
_LEFTOVERS_BUDGET_S = 10.0
"""Metrics and artifacts of an attempt that failed are worth less waiting than those of one that succeeded."""


class Collecting:
    """Of one attempt whose process has ended. May be repeated."""

    def __init__(self, host: Host, step: PlannedStep, prepared: Prepared) -> None:
        self._host = host
        self._step = step
        self._prepared = prepared
        self._run_id = prepared.tracked.run_id

    async def everything(self, given_up: Callable[[], bool]) -> Collected:
        """Raises TrackingUnavailable once the budget is used up or `given_up` says so."""
        budget_s = self._host.settings.tracking_budget_s
        return await persist(lambda: self._collect(complete=True), budget_s, given_up=given_up, may_take_longer=True)

    async def leftovers(self) -> Collected:
        """Of an attempt that did not succeed; nothing if MLflow does not answer."""
        try:
            return await persist(lambda: self._collect(complete=False), _LEFTOVERS_BUDGET_S)
        except TrackingUnavailable:
            _LOG.warning("the metrics of %s could not be collected: MLflow does not answer", self._run_id)
            return Collected()

    async def _collect(self, *, complete: bool) -> Collected:
        specs = output_specs(self._step, self._prepared.arrived)
        outputs_dir = str(self._prepared.outputs_dir)
        return await self._host.tracking.collect(self._run_id, outputs_dir, specs, complete=complete)
