"""Criteria against metrics: does a model pass, and where is that written for the steps that follow.

The verdict of every evaluation is a tag of the MLflow run that trained the model, one per evaluating step, because the
model itself travels on by reference and must not change: `octopus.validation.<step>` = VALIDATED, REJECTED or UNKNOWN;
`octopus.validation` sums them up for people.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from octopus.steps.modelling.saved import SavedModel

Verdict = Literal["VALIDATED", "REJECTED", "UNKNOWN"]
TAG = "octopus.validation"


@dataclass(frozen=True, slots=True)
class Check:
    """One criterion with the value it met."""

    metric: str
    value: float
    at_least: bool
    threshold: float

    @property
    def holds(self) -> bool:
        """False for NaN too."""
        return self.value >= self.threshold if self.at_least else self.value <= self.threshold

    def sentence(self) -> str:
        sign = "at least" if self.at_least else "at most"
        return f"{self.metric} is {self.value:.6g}, wanted {sign} {self.threshold:.6g}"


def verdict_of(checks: Sequence[Check]) -> Verdict:
    if not checks:
        return "UNKNOWN"
    return "VALIDATED" if all(check.holds for check in checks) else "REJECTED"


def together(verdicts: Sequence[str]) -> Verdict:
    """One rejection rejects; one validation among unknowns validates."""
    if "REJECTED" in verdicts:
        return "REJECTED"
    return "VALIDATED" if "VALIDATED" in verdicts else "UNKNOWN"


def write_verdict(model: SavedModel, verdict: Verdict) -> bool:
    """Tags the model's MLflow run. False if nobody knows which run that is, or there is no tracking server."""
    if model.run_id is None or not os.environ.get("MLFLOW_TRACKING_URI"):
        return False
    from mlflow import MlflowClient

    client = MlflowClient()
    tags = client.get_run(model.run_id).data.tags
    judge = f"{TAG}.{os.environ.get('OCTOPUS_STEP_ID', 'evaluate')}"
    client.set_tag(model.run_id, judge, verdict)
    client.set_tag(model.run_id, TAG, together([*_verdicts({**tags, judge: verdict}).values()]))
    return True


def read_verdicts(tags: Mapping[str, str]) -> dict[str, str]:
    """Evaluating step -> verdict."""
    return {name.removeprefix(f"{TAG}."): verdict for name, verdict in _verdicts(tags).items()}


def _verdicts(tags: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in tags.items() if name.startswith(f"{TAG}.")}
