"""The pipeline document, schema version 1: what is drawn, saved, exported and frozen into every run.

Only shape is decided here (a fault of shape refuses the document). Whether the drawing makes sense is the compiler's
question, answered with problems.
"""

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from octopus.domain.base import Coordinate, Label, Name, Text, Timestamp, Value
from octopus.domain.ids import EdgeId, PortName, StepId, StepTypeId

SCHEMA_VERSION = 1
MAX_ITERATIONS_LIMIT = 1000
"""Executions of a loop's body, the first included."""

Seconds = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=31_536_000)]
"""A duration in seconds, at most a year."""


BackendName = Literal["warm", "cold"]
"""How an attempt's `mlflow run` is started: `warm`, forked from a process that has already imported what steps need, or
`cold`, as a program of its own. Warm is a wish: where it cannot be, the attempt is cold and says why."""


class Position(Value):
    """Top-left corner of a card on the canvas, in canvas pixels."""

    x: Coordinate
    y: Coordinate


class Size(Value):
    """Canvas pixels."""

    width: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=20, le=10_000)] = 200
    height: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=20, le=10_000)] = 80


class Resources(Value):
    """What one attempt of the step is granted. `memory_mb` None: no limit."""

    cpus: Annotated[int, Field(strict=True, ge=1, le=1024)] = 1
    gpus: Annotated[int, Field(strict=True, ge=0, le=64)] = 0
    memory_mb: Annotated[int, Field(strict=True, ge=16, le=16_777_216)] | None = None


class Policy(Value):
    """How attempts of a step are made. `timeout_s` None: no limit. `backend` None: the run's, or else the server's
    choice, which is warm wherever it can be."""

    retries: Annotated[int, Field(strict=True, ge=0, le=100)] = 0
    retry_delay_s: Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=86_400)] = 1.0
    timeout_s: Seconds | None = None
    on_failure: Literal["fail", "continue"] = "fail"
    reuse: Annotated[bool, Field(strict=True)] = True
    resources: Resources = Resources()
    backend: BackendName | None = None


class Step(Value):
    """One card on the canvas: an instance of a step type with its parameters. `label` None: the type's title.
    `position` None: laid out on opening."""

    id: StepId
    type: StepTypeId
    label: Label | None = None
    position: Position | None = None
    params: dict[str, JsonValue] = {}
    policy: Policy = Policy()
    enabled: Annotated[bool, Field(strict=True)] = True
    notes: Text = ""


class Edge(Value):
    """A wire between two ports. `max_iterations` and `on_limit` mean something on loop edges only."""

    id: EdgeId
    source: StepId
    source_port: PortName
    target: StepId
    target_port: PortName
    kind: Literal["data", "loop"] = "data"
    label: Label = ""
    max_iterations: Annotated[int, Field(strict=True, ge=1, le=MAX_ITERATIONS_LIMIT)] | None = None
    on_limit: Literal["fail", "continue"] | None = None


class Note(Value):
    """A text on the canvas."""

    id: EdgeId
    text: Text = ""
    position: Position
    size: Size = Size()


class Group(Value):
    """A frame around steps."""

    id: EdgeId
    label: Label = ""
    step_ids: tuple[StepId, ...] = ()
    collapsed: Annotated[bool, Field(strict=True)] = False


class Parameter(Value):
    """A parameter of the pipeline."""

    type: Literal["string", "int", "float", "bool", "list", "object"]
    default: JsonValue = None
    description: Text = ""


class Settings(Value):
    """`max_parallel` None: as many as the machine takes. `experiment` None: one named like the pipeline."""

    max_parallel: Annotated[int, Field(strict=True, ge=1, le=1024)] | None = None
    timeout_s: Seconds | None = None
    experiment: Name | None = None


class PipelineDocument(Value):
    """A whole pipeline, normalised: every default present."""

    schema_version: Literal[1]
    name: Name
    description: Text = ""
    direction: Literal["TB", "LR"] = "TB"
    parameters: dict[Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")], Parameter] = {}
    profiles: dict[Name, dict[str, JsonValue]] = {}
    steps: tuple[Step, ...] = ()
    edges: tuple[Edge, ...] = ()
    notes: tuple[Note, ...] = ()
    groups: tuple[Group, ...] = ()
    settings: Settings = Settings()


class PipelineRecord(Value):
    """A saved pipeline. `version`: 1, 2, 3, ...; every save makes one."""

    id: str
    name: str
    version: int
    created_at: Timestamp
    updated_at: Timestamp
    document: PipelineDocument


class PipelineVersion(Value):
    """One entry of a pipeline's history. `message` "": a save without a name."""

    version: int
    saved_at: Timestamp
    message: str
    name: str
    step_count: int
