"""The input ports a step has: those of its type and the implicit port `after`."""

from octopus.catalog.step_type import StepType
from octopus.domain.ports import AFTER, InputPort, PortType

AFTER_PORT = InputPort(
    name=AFTER,
    type=PortType.ANY,
    required=False,
    many=True,
    doc="Waits for whatever is connected here; nothing is delivered.",
)


def input_ports(step_type: StepType) -> tuple[InputPort, ...]:
    """The declared ports in the type's order, then `after`."""
    return (*step_type.inputs, AFTER_PORT)
