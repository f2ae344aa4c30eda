"""What a pipeline is made of, and what becomes of its steps."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Metric:
    """A number that `step` measured, where a parameter refers to it. `in_json`: it is a value of its own in JSON."""

    step: str
    name: str
    in_json: bool = False


@dataclass(frozen=True)
class Input:
    """An input port: the entry point's parameter of this name. `many`: it receives a JSON array of paths. `uri`: MLflow
    wants an address in place of a path."""

    name: str
    required: bool = True
    many: bool = False
    uri: bool = False


@dataclass(frozen=True)
class Output:
    """An output port: `<name>` or `<name>.<ext>` among the outputs. `branch`: emitted only if it is written. `passes`:
    the input whose value an empty file stands for. `logged`: unwritten, it is all that was logged to MLflow."""

    name: str
    branch: bool = False
    passes: str | None = None
    logged: bool = False


@dataclass(frozen=True)
class Step:
    """`edges`: "source.port -> input", in the drawing's order; the input `after` only orders. `params`: as texts of the
    command line, with a list of pieces where metrics are filled in. `project`: a key of PROJECTS. `env_manager`: what
    `mlflow run` is to build its Python environment with; local: none."""

    id: str
    title: str
    type: str
    project: str
    entry_point: str
    edges: list[str] = field(default_factory=list)
    inputs: list[Input] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    params: dict[str, str | list[str | Metric]] = field(default_factory=dict)
    enabled: bool = True
    retries: int = 0
    retry_delay_s: float = 1.0
    timeout_s: float | None = None
    on_failure: str = "fail"
    cpus: int = 1
    env_manager: str = "local"


@dataclass(frozen=True)
class Loop:
    """A way back: when `source` has emitted `source_port` and all of `repeats` have ended, `repeats` are executed again
    and the value takes the place of what arrives at `target_port`. `nested`, `later`: loops that begin anew with this
    one; `around`, `earlier`: those it begins anew with; `twins`: those with the same body."""

    id: str
    source: str
    source_port: str
    target: str
    target_port: str
    repeats: list[str]
    max_iterations: int = 3
    on_limit: str = "fail"
    nested: list[str] = field(default_factory=list)
    around: list[str] = field(default_factory=list)
    earlier: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    twins: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Run:
    """The run that attempts belong to. `mlflow_run_id`: of the parent run."""

    id: str
    experiment_id: str
    mlflow_run_id: str
    tracking_uri: str


@dataclass(frozen=True)
class Outcome:
    """How a step ended: succeeded, failed, timed_out, cancelled or skipped. `ports`: path of the value at each output
    port that was emitted. `cause`, `why`: what its edges die of if it did not succeed (not_taken, upstream_failed)."""

    status: str
    reason: str = ""
    cause: str = ""
    why: str = ""
    iteration: int = 1
    ports: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, float] = field(default_factory=dict)
    mlflow_run_id: str | None = None

    @property
    def fails_the_run(self) -> bool:
        return self.status in BAD_ENDINGS and self.cause == "upstream_failed"


BAD_ENDINGS = {"failed": "failed", "timed_out": "timed out", "cancelled": "was cancelled"}


def ended_badly(step: Step, status: str, reason: str, **more: Any) -> Outcome:
    """With `on_failure: continue` what follows is skipped as if it had not been chosen, and the run goes on."""
    tolerated = step.on_failure == "continue" and status != "cancelled"
    cause = "not_taken" if tolerated else "upstream_failed"
    outcome = Outcome(status, reason, cause, f"{step.id} {BAD_ENDINGS[status]}")
    return dataclasses.replace(outcome, **more)
