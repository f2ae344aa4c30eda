"""RunContext: what the attempts of one run share."""

from dataclasses import dataclass

from octopus.compiler.plan import Plan
from octopus.domain.pipeline import BackendName
from octopus.execution.values import PortValues


@dataclass(frozen=True, slots=True)
class RunContext:
    """`parent_run_id`: the run's own MLflow run; None: it could not be made, and `trouble` says why. `pipeline_key`:
    what results are filed under. `is_restored`: an earlier server may have begun what is to be done. `backend`: where
    the run's steps are to run if they do not say so themselves; None: wherever is best."""

    run_id: str
    pipeline_key: str
    plan: Plan
    values: PortValues
    parent_run_id: str | None = None
    trouble: str = ""
    is_restored: bool = False
    backend: BackendName | None = None
