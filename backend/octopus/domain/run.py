"""The view of a run: what the fold of its events makes of it, and what the API answers."""

from typing import Literal

from pydantic import JsonValue

from octopus.domain.base import Timestamp, Value
from octopus.domain.event import ArtifactRef, DeadCause, MetricValue
from octopus.domain.pipeline import BackendName, PipelineDocument
from octopus.domain.status import RunStatus, StepStatus


class Progress(Value):
    """`fraction` in [0, 1]; None: the step said what it does but not how far it is."""

    fraction: float | None = None
    message: str = ""


class ReusedFrom(Value):
    """The step run whose result stands in for a reused one."""

    run_id: str
    step_id: str
    iteration: int = 1


class StepRunView(Value):
    """A step run. `exit_code` is the step's own: negative = killed by that signal, None = unknown or none yet.
    `cause_step`: the step because of which this one was skipped. `backend`: which way it went; `backend_reason`: why it
    is not the warm one, None if it is or if the cold one was asked for. `reused_from`: of a reused one."""

    id: str
    status: StepStatus = StepStatus.PENDING
    reason: str = ""
    exit_code: int | None = None
    cause_step: str | None = None
    iteration: int = 1
    attempt: int = 1
    backend: str | None = None
    backend_reason: str | None = None
    queued_at: Timestamp | None = None
    started_at: Timestamp | None = None
    ended_at: Timestamp | None = None
    metrics: dict[str, MetricValue] = {}
    artifacts: tuple[ArtifactRef, ...] = ()
    mlflow_run_id: str | None = None
    progress: Progress | None = None
    reused_from: ReusedFrom | None = None


class Scope(Value):
    """Which steps a run executes. `all`; `to`: `step_id` and its ancestors; `only`: `step_id` alone; `from`: `step_id`
    and its descendants; `failed`: what did not succeed in the run `of_run`, and its descendants. What `only`, `from`
    and `failed` need from before comes from earlier results."""

    mode: Literal["all", "to", "from", "only", "failed"] = "all"
    step_id: str | None = None
    of_run: str | None = None


class EdgeView(Value):
    """What became of an edge: waiting, delivered, or dead with its cause."""

    id: str
    status: Literal["waiting", "delivered", "dead"] = "waiting"
    cause: DeadCause | None = None


class RunState(Value):
    """The fold of a run's events: everything a canvas shows of it. `steps` holds the latest step run of every step in
    scope, in the plan's order; `edges` those that are resolved; `last_seq` 0: no event yet."""

    id: str
    status: RunStatus = RunStatus.QUEUED
    reason: str = ""
    queued_at: Timestamp | None = None
    started_at: Timestamp | None = None
    ended_at: Timestamp | None = None
    mlflow_run_id: str | None = None
    mlflow_experiment_id: str | None = None
    loop_counts: dict[str, int] = {}
    steps: tuple[StepRunView, ...] = ()
    edges: tuple[EdgeView, ...] = ()
    last_seq: int = 0


class RunView(RunState):
    """A run as the API answers it: its state with the frozen document and where to look in MLflow.
    `pipeline_id` None: it was started from a document that is not saved. `mlflow_url`: page of the parent run.
    `parameters`: the pipeline parameters' values in this run. `backend`: what was asked for; of each step it is told
    which way it went."""

    pipeline_id: str | None = None
    pipeline_version: int | None = None
    parameters: dict[str, JsonValue] = {}
    profile: str | None = None
    scope: Scope = Scope()
    force: bool = False
    backend: BackendName | None = None
    document: PipelineDocument
    mlflow_url: str | None = None


class RunRecord(Value):
    """What is stored of a run beside its events. `status`, `reason` and times follow the events. `plan`: the frozen
    plan as compiler.plan_json wrote it, so that a later octopus, or one with other step types, goes on with the same;
    None only of runs from before plans were kept."""

    id: str
    pipeline_id: str | None
    pipeline_version: int | None
    name: str
    document: PipelineDocument
    plan: str | None = None
    parameters: dict[str, JsonValue] = {}
    profile: str | None = None
    scope: Scope = Scope()
    force: bool = False
    backend: BackendName | None = None
    status: RunStatus = RunStatus.QUEUED
    reason: str = ""
    queued_at: Timestamp
    started_at: Timestamp | None = None
    ended_at: Timestamp | None = None


class RunSummary(Value):
    """A run as it stands in a list: everything but its document, parameters and events."""

    id: str
    pipeline_id: str | None
    pipeline_version: int | None
    name: str
    backend: BackendName | None
    status: RunStatus
    reason: str
    step_count: int
    queued_at: Timestamp
    started_at: Timestamp | None
    ended_at: Timestamp | None
    mlflow_run_id: str | None
    mlflow_experiment_id: str | None
    last_seq: int


class Idempotency(Value):
    """A client's Idempotency-Key and the digest of the request body it came with."""

    key: str
    body_digest: str
