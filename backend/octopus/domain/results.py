"""Results: what a succeeded step run left behind, kept so that the same step need not be executed again."""

from octopus.domain.base import Timestamp, Value
from octopus.domain.event import ArtifactRef, MetricValue


class Fingerprint(Value):
    """Everything a step's result depends on, as digests. `value`: sha256 of all of it, `sha256:<hex>`; None: something
    is unknown, so that nothing can be reused. `parts`: per part its digest (`type`, `code`, `environment`,
    `parameter:<name>`, `input:<port>`, `data:<parameter>`), to tell which one changed. `unknown`: what could not be
    digested, in words for a person."""

    value: str | None
    parts: dict[str, str] = {}
    unknown: str = ""


class StepResultRecord(Value):
    """The result of one succeeded step run. `pipeline_key`: `id:<pipeline id>` of a saved pipeline, `name:<name>` of
    one that is not saved. `outputs_dir`: local folder of its port files, None where artifacts lie elsewhere.
    `emitted`: output ports. `duration_s`: seconds from start to end, for "took last time"."""

    fingerprint: Fingerprint
    run_id: str
    step_id: str
    iteration: int
    attempt: int
    pipeline_key: str
    type_id: str
    mlflow_run_id: str | None
    artifact_uri: str
    outputs_dir: str | None
    emitted: tuple[str, ...]
    metrics: dict[str, MetricValue] = {}
    artifacts: tuple[ArtifactRef, ...] = ()
    duration_s: float
    finished_at: Timestamp


def pipeline_key(pipeline_id: str | None, name: str) -> str:
    """What results of a pipeline are filed under: its id, or its name if it is not saved."""
    return f"name:{name}" if pipeline_id is None else f"id:{pipeline_id}"
