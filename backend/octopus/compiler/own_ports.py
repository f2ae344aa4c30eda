"""For editors, which cannot read Python: the ports of each step that has ports of its own."""

from pydantic import JsonValue

from octopus.compiler.drawing import Drawing
from octopus.compiler.schema import declared_parameters
from octopus.domain.base import Value
from octopus.domain.pipeline import Edge
from octopus.domain.ports import AFTER, InputPort, OutputPort, PortType


class StepPorts(Value):
    """The ports of one step, without `after`. `arguments`: the JSON Schema of its parameter for arguments. `is_known`
    False: its function cannot be read now, and these are no more than the ends of its edges; what was known before says
    more."""

    inputs: tuple[InputPort, ...]
    outputs: tuple[OutputPort, ...]
    arguments: dict[str, JsonValue]
    is_known: bool


def own_ports(drawing: Drawing) -> dict[str, StepPorts]:
    """By step id; nothing of steps whose ports are those of their type."""
    ends, beginnings = _ends(drawing.document.edges)
    found = {}
    for _, step, step_type in drawing.known_steps():
        if step_type.ports_from is not None:
            is_known = drawing.own_types[step.id].has_ports
            found[step.id] = StepPorts(
                inputs=step_type.inputs if is_known else tuple(ends.get(step.id, {}).values()),
                outputs=step_type.outputs if is_known else tuple(beginnings.get(step.id, {}).values()),
                arguments=dict(declared_parameters(step_type).get(step_type.ports_from.arguments, {})),
                is_known=is_known,
            )
    return found


def _ends(edges: tuple[Edge, ...]) -> tuple[dict[str, dict[str, InputPort]], dict[str, dict[str, OutputPort]]]:
    """Per step and name a port that takes, and one that gives, what the edges there say."""
    inputs: dict[str, dict[str, InputPort]] = {}
    outputs: dict[str, dict[str, OutputPort]] = {}
    for edge in edges:
        if edge.target_port != AFTER:
            taken = InputPort(name=edge.target_port, type=PortType.ANY, required=False, many=True)
            inputs.setdefault(edge.target, {})[edge.target_port] = taken
        given = OutputPort(name=edge.source_port, type=PortType.ANY)
        outputs.setdefault(edge.source, {})[edge.source_port] = given
    return inputs, outputs
