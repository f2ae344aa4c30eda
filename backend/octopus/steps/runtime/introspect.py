"""From a declared function to what it says of itself: ports, parameters, documentation. Runs nothing of the step."""

import inspect
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model

from octopus.steps.runtime.declare import OWN_OUTPUT, Branch, Doc, Port, PortTypeName, StepFunction


@dataclass(frozen=True, slots=True)
class Input:
    name: str
    type: PortTypeName
    required: bool
    many: bool
    doc: str


@dataclass(frozen=True, slots=True)
class Output:
    """`branch`: emitted only if the step chooses it. `passes`: the input a branch hands on, None for a port with a
    value of its own. `field`: its name in Python."""

    name: str
    field: str
    type: PortTypeName
    branch: bool
    passes: str | None
    doc: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """`params`: a pydantic model with one strict field per parameter; `hints`: annotations of all arguments."""

    step: StepFunction
    doc: str
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    params: type[BaseModel]
    hints: Mapping[str, Any]


def declaration(step: StepFunction) -> Declaration:
    """Raises TypeError if the function's signature cannot be understood."""
    hints = get_type_hints(step.function, include_extras=True)
    arguments = inspect.signature(step.function).parameters
    inputs, fields = [], {}
    for name, argument in arguments.items():
        port = _input(name, hints[name], argument.default is inspect.Parameter.empty)
        if port:
            inputs.append(port)
        else:
            fields[name] = (hints[name], _default(argument.default))
    types_of = {port.name: port.type for port in inputs}
    params = create_model(  # type: ignore[call-overload]
        f"{step.name}_params", __config__=ConfigDict(extra="forbid", strict=True, frozen=True), **fields
    )
    outputs = _outputs(step, hints.get("return"), types_of)
    return Declaration(step, inspect.getdoc(step.function) or "", tuple(inputs), outputs, params, hints)


def _default(value: object) -> object:
    if value is inspect.Parameter.empty:
        return ...
    return dict(value) if isinstance(value, Mapping) else value


def _input(name: str, hint: object, required: bool) -> Input | None:
    base, notes = _unwrapped(hint)
    many = get_origin(base) is list
    if many:
        _, inner = _unwrapped(get_args(base)[0])
        notes = (*inner, *notes)
    port = next((note for note in notes if isinstance(note, Port)), None)
    return Input(name, port.type, required, many or port.own, _doc(notes)) if port else None


def _outputs(step: StepFunction, returned: object, inputs: Mapping[str, PortTypeName]) -> tuple[Output, ...]:
    if returned is None or returned is type(None):
        return ()
    _, notes = _unwrapped(returned)
    if any(isinstance(note, Port) and note.own for note in notes):
        return (Output(OWN_OUTPUT, OWN_OUTPUT, "any", False, None, _doc(notes)),)
    if not (isinstance(returned, type) and issubclass(returned, tuple) and hasattr(returned, "_fields")):
        raise TypeError(f"step {step.name} must return a NamedTuple of its output ports, or None")
    outputs = []
    for field, hint in get_type_hints(returned, include_extras=True).items():
        _, notes = _unwrapped(hint)
        branch = next((note for note in notes if isinstance(note, Branch)), None)
        port = next((note for note in notes if isinstance(note, Port)), None)
        if branch and branch.of:
            type_ = inputs[branch.of]
        elif port:
            type_ = port.type
        else:
            raise TypeError(f"output {field} of step {step.name} has no port annotation")
        passes = branch.of if branch else None
        outputs.append(Output(field.rstrip("_"), field, type_, branch is not None, passes, _doc(notes)))
    return tuple(outputs)


def _unwrapped(hint: object) -> tuple[object, tuple[object, ...]]:
    """The type under Annotated and `| None`, and every note met on the way, the outermost first."""
    notes: tuple[object, ...] = ()
    while True:
        if get_origin(hint) is Annotated:
            hint, *more = get_args(hint)
            notes = (*notes, *more)
        elif get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint):
            members = [member for member in get_args(hint) if member is not type(None)]
            if len(members) != 1:
                return hint, notes
            hint = members[0]
        else:
            return hint, notes


def _doc(notes: tuple[object, ...]) -> str:
    return next((note.text for note in notes if isinstance(note, Doc)), "")


def is_text(hint: Any) -> bool:
    """Whether values of this annotation travel as plain text rather than as JSON."""
    base, _ = _unwrapped(hint)
    if get_origin(base) is Literal:
        return all(isinstance(choice, str) for choice in get_args(base))
    return base is str


def is_nullable(hint: Any) -> bool:
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    return get_origin(hint) in (Union, types.UnionType) and type(None) in get_args(hint)
