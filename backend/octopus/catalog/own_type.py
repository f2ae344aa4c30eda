"""A step type and the parameters of one step -> the type as it is for this step: with the ports and arguments of the
user's function, where the type takes its ports from one. The one place that decides which ports a step has."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pydantic import JsonValue

from octopus.catalog.signature import Signature, SignatureFault, read_signature
from octopus.catalog.source_file import source_text
from octopus.catalog.step_type import CatalogEntry, PortsFrom, StepType

_REMEMBERED = 64
"""A document is read again at every key that is pressed."""


@dataclass(frozen=True, slots=True)
class PortsFault:
    """Why the function has no ports. `parameter`: where it was written."""

    parameter: str
    message: str


@dataclass(frozen=True, slots=True)
class OwnType:
    """`step_type`: as it is for the step. `has_ports` False: nobody knows its ports now, and the type names none.
    `required`: arguments of the function that need a value."""

    step_type: StepType
    has_ports: bool = True
    fault: PortsFault | None = None
    required: tuple[str, ...] = ()


def own_type(entry: CatalogEntry, params: Mapping[str, JsonValue]) -> OwnType:
    """`params`: as they are written in the document. Reads the file that they name; raises nothing."""
    step_type = entry.step_type
    if step_type.ports_from is None:
        return OwnType(step_type)
    parameter, source = _source(entry, step_type.ports_from, params)
    if source is None:
        return OwnType(step_type)
    found = _signature(source, _given(step_type.ports_from, params), tuple(_properties(step_type)))
    if isinstance(found, str):
        unknown = step_type.model_copy(update={"inputs": (), "outputs": ()})
        return OwnType(unknown, has_ports=False, fault=PortsFault(parameter, found))
    return OwnType(_with(step_type, step_type.ports_from, found), required=found.required)


@lru_cache(_REMEMBERED)
def _signature(source: str, given: tuple[str, ...], taken: tuple[str, ...]) -> Signature | str:
    """Or what is wrong with the source."""
    try:
        return read_signature(source, given, taken)
    except SignatureFault as fault:
        return fault.message + ("" if fault.line is None else f" Line {fault.line}.")


def _source(entry: CatalogEntry, ports_from: PortsFrom, params: Mapping[str, JsonValue]) -> tuple[str, str | None]:
    """The parameter that holds the function, and its source; None if that cannot be looked into."""
    file = params.get(ports_from.file)
    if isinstance(file, str) and file:
        return ports_from.file, source_text(file, entry.entry_point.project_dir, entry.source_roots)
    code = params.get(ports_from.code, _default(entry.step_type, ports_from.code))
    return ports_from.code, code if isinstance(code, str) else None


def _given(ports_from: PortsFrom, params: Mapping[str, JsonValue]) -> tuple[str, ...]:
    arguments = params.get(ports_from.arguments)
    return tuple(arguments) if isinstance(arguments, dict) else ()


def _with(step_type: StepType, ports_from: PortsFrom, found: Signature) -> StepType:
    properties = _properties(step_type)
    declared = properties.get(ports_from.arguments)
    own = {**declared, **found.arguments} if isinstance(declared, dict) else found.arguments
    schema = {**step_type.params_schema, "properties": {**properties, ports_from.arguments: own}}
    return step_type.model_copy(update={"inputs": found.inputs, "outputs": found.outputs, "params_schema": schema})


def _default(step_type: StepType, name: str) -> JsonValue:
    declared = _properties(step_type).get(name)
    return declared.get("default") if isinstance(declared, dict) else None


def _properties(step_type: StepType) -> dict[str, JsonValue]:
    declared = step_type.params_schema.get("properties")
    return declared if isinstance(declared, dict) else {}
