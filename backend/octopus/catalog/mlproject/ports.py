"""Which ports an entry point has: those its `octopus:` section names, else what its parameters' types suggest."""

from dataclasses import dataclass

from octopus.catalog.mlproject.findings import Findings, Place, ProjectFault
from octopus.catalog.mlproject.names import is_port_name
from octopus.catalog.mlproject.parameters import Parameter
from octopus.catalog.mlproject.section import Section, SectionInput, SectionOutput
from octopus.domain.ports import AFTER, InputPort, OutputPort, PortType

ARTIFACTS = OutputPort(name="artifacts", type=PortType.ANY, doc="All that the step logged to its MLflow run.")
"""The output of an entry point that says nothing of outputs."""


@dataclass(frozen=True, slots=True)
class Ports:
    """`only_ports`: parameters that have no field in the form."""

    inputs: tuple[InputPort, ...]
    outputs: tuple[OutputPort, ...]
    only_ports: frozenset[str]
    hands_on_artifacts: bool


def ports_of(section: Section, parameters: dict[str, Parameter], findings: Findings, place: Place) -> Ports:
    """`place`: of the section."""
    if section.inputs is None:
        inputs, only_ports = _suggested(parameters), frozenset[str]()
    else:
        inputs = tuple(
            _input(declared, parameters, findings, (*place, "inputs", index))
            for index, declared in enumerate(section.inputs)
        )
        only_ports = frozenset(port.name for port in inputs)
        _refuse_doubles([port.name for port in inputs], findings, (*place, "inputs"))
    if section.outputs is None:
        return Ports(inputs, (ARTIFACTS,), only_ports, hands_on_artifacts=True)
    outputs = tuple(
        _output(declared, inputs, findings, (*place, "outputs", index))
        for index, declared in enumerate(section.outputs)
    )
    _refuse_doubles([port.name for port in outputs], findings, (*place, "outputs"))
    return Ports(inputs, outputs, only_ports, hands_on_artifacts=False)


def _suggested(parameters: dict[str, Parameter]) -> tuple[InputPort, ...]:
    """Every path and uri: connect it, or fill in its field. One whose name no port can have stays a field."""
    return tuple(
        InputPort(name=one.name, type=PortType.ANY, required=False, doc="Instead of the field of the same name.")
        for one in parameters.values()
        if one.kind in ("path", "uri") and is_port_name(one.name) and one.name != AFTER
    )


def _input(declared: SectionInput, parameters: dict[str, Parameter], findings: Findings, place: Place) -> InputPort:
    parameter = parameters.get(declared.name)
    if declared.name == AFTER:
        findings.error(ProjectFault.INVALID_PORT, place, f"Every step has a port {AFTER!r} already; take another name.")
    elif parameter is None:
        message = f"The input {declared.name} needs a parameter of the same name, which receives its path."
        findings.error(ProjectFault.INVALID_PORT, place, message)
    elif declared.many and parameter.kind != "string":
        message = (
            f"The parameter {declared.name} of a many port must be of type string: it receives a JSON array of paths."
        )
        findings.error(ProjectFault.INVALID_PORT, place, message)
    elif parameter.kind in ("number", "integer", "choice"):
        message = f"The parameter {declared.name} of a port must be of type path, uri or string: it receives a path."
        findings.error(ProjectFault.INVALID_PORT, place, message)
    required = declared.required
    if required is None:
        required = parameter is not None and parameter.is_required
    return InputPort(name=declared.name, type=declared.type, required=required, many=declared.many, doc=declared.doc)


def _output(declared: SectionOutput, inputs: tuple[InputPort, ...], findings: Findings, place: Place) -> OutputPort:
    passed = next((port for port in inputs if port.name == declared.passes), None)
    if declared.passes is not None:
        if passed is None or passed.many or passed.type != declared.type:
            message = f"`passes` of {declared.name} must name an input of the same type that takes one edge."
            findings.error(ProjectFault.INVALID_PORT, (*place, "passes"), message)
        elif not declared.branch:
            message = f"Only a branch hands on an input: {declared.name} needs `branch: true`."
            findings.error(ProjectFault.INVALID_PORT, (*place, "passes"), message)
    return OutputPort(
        name=declared.name, type=declared.type, branch=declared.branch, passes=declared.passes, doc=declared.doc
    )


def _refuse_doubles(names: list[str], findings: Findings, place: Place) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            findings.error(ProjectFault.INVALID_PORT, (*place, index), f"The port {name} is there twice.")
