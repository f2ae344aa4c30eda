"""Events: the recorded facts of a run, numbered 1, 2, 3, ... The one source of what anybody sees of it.

A tagged union on `kind`. NaN and the infinities travel as the strings "NaN", "Infinity", "-Infinity".
"""

from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from octopus.domain.base import Timestamp, Value

MetricValue = float | Literal["NaN", "Infinity", "-Infinity"]
DeadCause = Literal["not_taken", "upstream_failed", "loop_limit"]


class ArtifactRef(Value):
    """One artifact of a step run. `port` None: not a port's value (a card, a plot). `path`: relative to the MLflow
    run's artifact root. `digest`: `sha256:<hex>` of the content, None if not computed. `rows`: of a table.
    `uri`: where it lies, for a port that hands on another step's artifact; None: under this step run."""

    port: str | None = None
    path: str
    digest: str | None = None
    size_bytes: int | None = None
    format: str | None = None
    rows: int | None = None
    uri: str | None = None


class StepResult(Value):
    """What one step left behind, as the run's last event carries it."""

    metrics: dict[str, MetricValue] = {}
    artifacts: tuple[ArtifactRef, ...] = ()
    mlflow_run_id: str | None = None


class _Event(Value):
    seq: Annotated[int, Field(ge=1)]
    run_id: str
    at: Timestamp


class _StepEvent(_Event):
    step_id: str
    iteration: int = 1
    attempt: int = 1


class RunQueued(_Event):
    kind: Literal["run.queued"] = "run.queued"
    steps: tuple[str, ...]
    parameters: dict[str, JsonValue] = {}
    of_run: str | None = None


class RunStarted(_Event):
    kind: Literal["run.started"] = "run.started"
    mlflow_run_id: str | None = None
    mlflow_experiment_id: str | None = None


class RunCancelling(_Event):
    """`cause` timeout: the run's time limit ended it, so that it will end as failed."""

    kind: Literal["run.cancelling"] = "run.cancelling"
    cause: Literal["request", "timeout"] = "request"


class _RunEnded(_Event):
    results: dict[str, StepResult] = {}
    tracking: Literal["closed", "pending"] = "closed"


class RunSucceeded(_RunEnded):
    kind: Literal["run.succeeded"] = "run.succeeded"


class RunFailed(_RunEnded):
    kind: Literal["run.failed"] = "run.failed"
    reason: str


class RunCancelled(_RunEnded):
    kind: Literal["run.cancelled"] = "run.cancelled"
    reason: str = ""


class StepQueued(_StepEvent):
    kind: Literal["step.queued"] = "step.queued"


class StepStarted(_StepEvent):
    """`backend`: which way the attempt went. `backend_reason`: why it is not the warm one; absent if it is, and if the
    cold one was asked for."""

    kind: Literal["step.started"] = "step.started"
    backend: str
    mlflow_run_id: str | None = None
    backend_reason: Annotated[str | None, Field(exclude_if=lambda reason: reason is None)] = None


class StepProgress(_StepEvent):
    """`fraction` in [0, 1]; None when the step only said what it does."""

    kind: Literal["step.progress"] = "step.progress"
    fraction: float | None = None
    message: str = ""


class StepMetric(_StepEvent):
    """`step` is MLflow's step of a metric (an epoch), not a step of the pipeline."""

    kind: Literal["step.metric"] = "step.metric"
    name: str
    value: MetricValue
    step: int = 0


class StepArtifact(_StepEvent, ArtifactRef):
    kind: Literal["step.artifact"] = "step.artifact"


class StepSucceeded(_StepEvent):
    """`ports`: the output ports it emitted."""

    kind: Literal["step.succeeded"] = "step.succeeded"
    exit_code: int | None = 0
    ports: tuple[str, ...] = ()
    tracking: Literal["closed", "pending"] = "closed"


class _StepEndedBadly(_StepEvent):
    reason: str
    exit_code: int | None = None
    cause_step: str | None = None
    tracking: Literal["closed", "pending"] = "closed"


class StepFailed(_StepEndedBadly):
    kind: Literal["step.failed"] = "step.failed"


class StepTimedOut(_StepEndedBadly):
    kind: Literal["step.timed_out"] = "step.timed_out"


class StepLost(_StepEndedBadly):
    kind: Literal["step.lost"] = "step.lost"


class StepSkipped(_StepEndedBadly):
    kind: Literal["step.skipped"] = "step.skipped"


class StepCancelled(_StepEndedBadly):
    kind: Literal["step.cancelled"] = "step.cancelled"


class StepCancelling(_StepEvent):
    kind: Literal["step.cancelling"] = "step.cancelling"


class StepReused(_StepEvent):
    """An earlier result stands in for this step run: nothing was executed. `from_run`, `from_step`, `from_iteration`:
    where it comes from; `ports`: the output ports emitted there."""

    kind: Literal["step.reused"] = "step.reused"
    from_run: str
    from_step: str
    from_iteration: int = 1
    mlflow_run_id: str | None = None
    metrics: dict[str, MetricValue] = {}
    artifacts: tuple[ArtifactRef, ...] = ()
    ports: tuple[str, ...] = ()


class StepRetrying(_StepEvent):
    """Attempt `attempt` ended badly and another follows after `delay_s` seconds; until then the step is queued."""

    kind: Literal["step.retrying"] = "step.retrying"
    next_attempt: int
    delay_s: float
    reason: str = ""


class LoopIterated(_Event):
    """A loop edge fired: its body is to be executed for the `count`th time, of `limit` at most. `steps`: every step
    that is pending again, with its new iteration; `edges`: those that wait again; `restarted`: loop edges whose own
    count begins again at 1."""

    kind: Literal["loop.iterated"] = "loop.iterated"
    edge_id: str
    count: int
    limit: int
    steps: dict[str, int] = {}
    edges: tuple[str, ...] = ()
    restarted: tuple[str, ...] = ()


class EdgeDelivered(_Event):
    kind: Literal["edge.delivered"] = "edge.delivered"
    edge_id: str


class EdgeDead(_Event):
    kind: Literal["edge.dead"] = "edge.dead"
    edge_id: str
    cause: DeadCause


Event = Annotated[
    RunQueued
    | RunStarted
    | RunCancelling
    | RunSucceeded
    | RunFailed
    | RunCancelled
    | StepQueued
    | StepStarted
    | StepProgress
    | StepMetric
    | StepArtifact
    | StepSucceeded
    | StepFailed
    | StepTimedOut
    | StepLost
    | StepSkipped
    | StepCancelled
    | StepCancelling
    | StepReused
    | StepRetrying
    | LoopIterated
    | EdgeDelivered
    | EdgeDead,
    Field(discriminator="kind"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)

RUN_ENDED = ("run.succeeded", "run.failed", "run.cancelled")


class LogLine(Value):
    """One line a step printed. `n`: 1, 2, 3, ... without a gap per attempt."""

    n: Annotated[int, Field(ge=1)]
    at: Timestamp
    stream: Literal["stdout", "stderr"]
    text: str


class LogBatch(Value):
    """Log lines on their way to a client; not an event: it has no seq and is not recorded in the database."""

    kind: Literal["log"] = "log"
    run_id: str
    step_id: str
    iteration: int = 1
    attempt: int = 1
    lines: tuple[LogLine, ...]
