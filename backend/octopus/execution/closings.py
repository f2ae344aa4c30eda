"""Closings: every MLflow run gets its final status, if need be much later. One that cannot be closed now is remembered
in a file, also over a restart, and tried again until MLflow answers."""

import json
import logging
from pathlib import Path
from typing import Literal

from octopus.domain.errors import NotFound, TrackingUnavailable
from octopus.domain.tracking import MlflowStatus, Tracking
from octopus.execution.persistence import persist

_LOG = logging.getLogger(__name__)

Closed = Literal["closed", "pending"]


class Closings:
    """`directory`: one file per MLflow run (or per run, after a crash) that is still open."""

    def __init__(self, tracking: Tracking, directory: Path, budget_s: float) -> None:
        self._tracking = tracking
        self._directory = directory
        self._budget_s = budget_s

    async def close(self, mlflow_run_id: str, status: MlflowStatus) -> Closed:
        """`pending` if MLflow did not answer within the budget."""
        return await self._try(f"run-{mlflow_run_id}", {"mlflow_run_id": mlflow_run_id, "status": status})

    async def close_all_of(self, run_id: str, status: MlflowStatus) -> Closed:
        """Every MLflow run still open that was made for the run `run_id`."""
        return await self._try(f"all-{run_id}", {"run_id": run_id, "status": status})

    async def retry(self) -> None:
        """One more try for everything that is pending."""
        for file in sorted(self._directory.glob("*.json")):
            if await self._closed(json.loads(file.read_text("utf-8")), budget_s=0):
                file.unlink(missing_ok=True)

    async def _try(self, name: str, closing: dict[str, str]) -> Closed:
        if await self._closed(closing, self._budget_s):
            return "closed"
        self._directory.mkdir(parents=True, exist_ok=True)
        (self._directory / f"{name}.json").write_text(json.dumps(closing), "utf-8")
        return "pending"

    async def _closed(self, closing: dict[str, str], budget_s: float) -> bool:
        async def call() -> None:
            status: MlflowStatus = closing["status"]  # type: ignore[assignment]
            if "run_id" in closing:
                await self._tracking.close_open_runs(closing["run_id"], status)
            else:
                await self._tracking.close_run(closing["mlflow_run_id"], status)

        try:
            await (persist(call, budget_s) if budget_s else call())
        except NotFound:
            _LOG.warning("MLflow has lost the run that was to be closed: %s", closing)
        except TrackingUnavailable:
            return False
        return True
