"""The plan: what a run will do, decided before it starts and never changed afterwards."""

from dataclasses import dataclass
from typing import Literal

from pydantic import JsonValue

from octopus.catalog.step_type import EntryPoint
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
class PlannedStep:
    """`params`: every parameter of the step type, defaults filled in. `index`: place in the topological order."""

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


@dataclass(frozen=True, slots=True)
class Plan:
    """`steps`: in topological order (ties in the document's order). `experiment`: name of the MLflow experiment.
    `max_parallel` None: no limit of the run's own."""

    document: PipelineDocument
    experiment: str
    steps: tuple[PlannedStep, ...]
    edges: tuple[PlannedEdge, ...]
    parameters: dict[str, JsonValue]
    max_parallel: int | None
