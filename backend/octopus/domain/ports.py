"""Ports: the typed holes through which data enters and leaves a step."""

from enum import StrEnum

from octopus.domain.base import Value
from octopus.domain.ids import PortName


class PortType(StrEnum):
    """What travels along an edge."""

    DATASET = "dataset"
    MODEL = "model"
    TRANSFORMER = "transformer"
    METRICS = "metrics"
    PARAMS = "params"
    REPORT = "report"
    FILE = "file"
    ANY = "any"


AFTER = "after"
"""The implicit optional many input every step has: it orders and gates, and delivers nothing."""


class InputPort(Value):
    """`required`: the step cannot run without it. `many`: takes several edges, delivered in document order."""

    name: PortName
    type: PortType
    required: bool = True
    many: bool = False
    doc: str = ""


class OutputPort(Value):
    """`branch`: emitted only if the step chose it at run time. `passes`: the input port whose value this port hands on
    unchanged and without a copy; None for a port with a value of its own."""

    name: PortName
    type: PortType
    branch: bool = False
    passes: PortName | None = None
    doc: str = ""


def fits(source: PortType, target: PortType) -> bool:
    """Whether a value of type `source` may be connected to a port of type `target`."""
    return source == target or PortType.ANY in (source, target) or target == PortType.FILE
