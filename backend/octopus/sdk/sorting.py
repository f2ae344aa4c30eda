"""What is said of a new step by name -> which of it are parameters, which are inputs."""

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from octopus.catalog.step_type import StepType
from octopus.compiler.wording import did_you_mean, names
from octopus.domain.errors import UnknownName
from octopus.sdk.choosing import End
from octopus.sdk.known_types import KnownTypes, properties_of
from octopus.sdk.step import Port, StepHandle
from octopus.sdk.step_values import json_value

Inputs = dict[str, list[End]]
Params = dict[str, JsonValue]


def sorted_out(types: KnownTypes, kind: StepType, named: Mapping[str, Any]) -> tuple[Inputs, Params]:
    """A name may be both, of a foreign project: a value that is a step or port makes it an input. Of a step that runs a
    function the function's own arguments are names too. Raises UnknownName, TypeError."""
    ends = {name: found for name, value in named.items() if (found := _ends(value)) is not None}
    declared = properties_of(kind.params_schema)
    params = {name: json_value(value) for name, value in named.items() if name in declared and name not in ends}
    own = types.of(kind.id, params)
    inputs: Inputs = {}
    for name in [name for name in named if name not in params]:
        if name in ends and (own is None or any(port.name == name for port in own.inputs)):
            inputs[name] = ends[name]
        elif own is not None and name not in ends and name in _arguments(own):
            _hand_over(own, params, name, json_value(named[name]))
        else:
            raise unknown_value(types, kind.id, params, name)
    return inputs, params


def unknown_value(types: KnownTypes, type_id: str, params: Mapping[str, JsonValue], name: str) -> UnknownName:
    """Of a step with these parameters, to which `name` means nothing."""
    own = types.of(type_id, params)
    inputs = [port.name for port in own.inputs] if own is not None else []
    if name in inputs:
        return UnknownName(f"`{name}` is an input of {type_id}: give it an output of another step.")
    declared = [*(types.parameters(type_id) or ()), *(_arguments(own) if own is not None else ())]
    return UnknownName(
        f"A step of type {type_id} has neither a parameter nor an input `{name}`"
        f"{did_you_mean(name, [*declared, *inputs])} "
        f"Parameters: {names(declared) or 'none'}; inputs: {names([*inputs, 'after'])}."
    )


def _arguments(own: StepType) -> dict[str, JsonValue]:
    """Those of the function that a step runs; none of a step that runs no function of the user's."""
    if own.ports_from is None:
        return {}
    return properties_of(properties_of(own.params_schema).get(own.ports_from.arguments))


def _hand_over(own: StepType, params: Params, name: str, value: JsonValue) -> None:
    if own.ports_from is not None:
        given = params.get(own.ports_from.arguments)
        params[own.ports_from.arguments] = {**(given if isinstance(given, dict) else {}), name: value}


def _ends(value: Any) -> list[End] | None:
    """None: it is a parameter's value."""
    if isinstance(value, Port | StepHandle):
        return [value]
    if isinstance(value, list | tuple) and value and all(isinstance(one, Port | StepHandle) for one in value):
        return list(value)
    return None
