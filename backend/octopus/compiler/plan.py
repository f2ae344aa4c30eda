"""The plan: what a run will do, decided before it starts and never changed afterwards."""

from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from octopus.catalog.step_type import EntryPoint, EnvManager
from octopus.domain.pipeline import PipelineDocument, Policy
from octopus.domain.ports import PortType


@dataclass(frozen=True, slots=True)
class PlannedInput:
    """An input port with the forward edges that end in it, in the document's edge order. The implicit port `after` is
    the last of every step."""

    name: str
    type: PortType
    required: bool
    many: bool
    edges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedOutput:
    """`passes`: the input port whose value this output hands on; None: a value of its own."""

    name: str
    type: PortType
    branch: bool
    passes: str | None
    edges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedEdge:
    id: str
    source: str
    source_port: str
    target: str
    target_port: str
    kind: Literal["data", "loop"]


@dataclass(frozen=True, slots=True)
class PlannedLoop:
    """A loop edge in scope. `body`: the steps on a forward path from target to source, in the plan's order; `repeats`:
    the body and everything downstream of it. `max_iterations`: executions of the body, the first included. `parent`:
    edge id of the innermost loop whose body encloses this one's, None if none does."""

    edge_id: str
    source: str
    source_port: str
    target: str
    target_port: str
    body: tuple[str, ...]
    repeats: tuple[str, ...]
    max_iterations: int
    on_limit: Literal["fail", "continue"]
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class MetricReference:
    """`${steps.<step_id>.metrics.<name>}` somewhere in a step's parameters."""

    step_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Code:
    """What is executed, as digests. `project`: of the project's files; `environment`: of python, mlflow and the
    packages the step needs; `command`: of the entry point's command. None: unknown, so that nothing is reused.
    `revision`: git commit of the project, with `-dirty` behind it if files differ from it; None outside of git."""

    command: str | None = None
    project: str | None = None
    environment: str | None = None
    revision: str | None = None


Mode = Literal["run", "force", "reuse"]
"""`run`: reused if an earlier result fits, else executed. `force`: executed. `reuse`: only ever reused; if the earlier
result is gone the step fails."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The step run whose result a step takes over as it is, whatever its fingerprint."""

    run_id: str
    step_id: str
    iteration: int


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """`params`: every parameter of the step type, defaults filled in, `${params.x}` resolved; `references`: the metrics
    that are still to be filled in when an attempt starts. `index`: place in the topological order. `data_parameters`:
    names of the parameters that name data files. `reuse`: its type and policy allow reuse. `env_manager`: what builds
    the environment it runs in; known once somebody has looked at the machine and at the project's files."""

    id: str
    index: int
    type_id: str
    title: str
    entry_point: EntryPoint
    params: dict[str, JsonValue]
    inputs: tuple[PlannedInput, ...]
    outputs: tuple[PlannedOutput, ...]
    enabled: bool
    pure: bool
    policy: Policy
    references: tuple[MetricReference, ...] = ()
    data_parameters: tuple[str, ...] = ()
    code: Code = Code()
    reuse: bool = True
    mode: Mode = "run"
    adopt: Adopted | None = None
    env_manager: EnvManager = "local"


@dataclass(frozen=True, slots=True)
class Plan:
    """`steps`: those in scope, in topological order (ties in the document's order); `edges`: those between them.
    `experiment`: name of the MLflow experiment. `parameters`: the pipeline parameters' values in this run.
    `max_parallel` None: no limit of the run's own. `timeout_s` None: no time limit."""

    document: PipelineDocument
    experiment: str
    steps: tuple[PlannedStep, ...]
    edges: tuple[PlannedEdge, ...]
    parameters: dict[str, JsonValue]
    max_parallel: int | None
    loops: tuple[PlannedLoop, ...] = ()
    timeout_s: float | None = None
