"""Admission: what a run needs once its turn has come: its MLflow parent run, and in it the document and the resolved
configuration, so that anybody can see there what was run."""

import json
import logging

from octopus.compiler.plan import Plan
from octopus.compiler.plan_json import plan_to_json
from octopus.domain.errors import OctopusError
from octopus.domain.run import RunRecord
from octopus.domain.tracking import TrackedRun
from octopus.execution import mlflow_runs
from octopus.execution.host import Host
from octopus.execution.persistence import persist

_LOG = logging.getLogger(__name__)

DOCUMENT = "octopus/document.json"
PLAN = "octopus/plan.json"


class Admission:
    """Of one run."""

    def __init__(self, host: Host, record: RunRecord, plan: Plan) -> None:
        self._host = host
        self._record = record
        self._plan = plan

    async def make_parent(self, *, may_exist: bool) -> tuple[TrackedRun | None, str]:
        """The MLflow run of the whole run, or None and why it could not be made."""
        new = mlflow_runs.parent_run(self._record, self._plan, may_exist=may_exist)
        budget_s = self._host.settings.tracking_budget_s
        try:
            return await persist(lambda: self._host.tracking.create_run(new), budget_s, may_take_longer=True), ""
        except OctopusError as error:
            _LOG.warning("run %s has no MLflow run: %s", self._record.id, error.detail)
            return None, error.detail

    async def keep_configuration(self, parent_run_id: str) -> None:
        """A run is not held up by this, nor ended for the want of it: octopus has the same in its own database."""
        texts = {
            DOCUMENT: self._record.document.model_dump_json(indent=1),
            PLAN: _configuration(self._record, self._plan),
        }
        try:
            await persist(
                lambda: self._host.tracking.log_texts(parent_run_id, texts), self._host.settings.tracking_budget_s
            )
        except OctopusError as error:
            _LOG.warning("the configuration of run %s is not in MLflow: %s", self._record.id, error.detail)


def _configuration(record: RunRecord, plan: Plan) -> str:
    """What was asked for and what was planned for it, without the document, which lies beside it."""
    planned = {name: value for name, value in json.loads(plan_to_json(plan)).items() if name != "document"}
    asked = record.model_dump(mode="json", include={"parameters", "profile", "scope", "force", "backend"})
    return json.dumps({**asked, "pipeline_id": record.pipeline_id, "plan": planned}, ensure_ascii=False, indent=1)
