"""A step type's parameters as its JSON Schema declares them: names, defaults, and whether a value is valid.

Stricter than JSON Schema in one place: an integer is written without a decimal point, as the step will read it.
Schemas may refer to their own `$defs` only; nothing is ever fetched.
"""

import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from jsonschema import Draft202012Validator, TypeChecker, ValidationError, validators
from jsonschema.protocols import Validator
from pydantic import JsonValue
from referencing import Registry

from octopus.catalog.step_type import StepType
from octopus.compiler.reference import Place
from octopus.compiler.schema_words import is_certain, leaves, sentence

DATA_MARK = "x-octopus-data"
"""In the schema of a parameter that names data files (a path, a glob, a list of them)."""
LITERAL_MARK = "x-octopus-literal"
"""In the schema of a parameter whose text stands for itself, such as source code: it holds no references."""


def _is_integer(_: TypeChecker, value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(_: TypeChecker, value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_STRICT_TYPES = Draft202012Validator.TYPE_CHECKER.redefine_many({"integer": _is_integer, "number": _is_number})
_StrictValidator: type[Validator] = validators.extend(  # type: ignore[no-untyped-call]  # the stubs lack its types
    Draft202012Validator, type_checker=_STRICT_TYPES
)


def declared_parameters(step_type: StepType) -> Mapping[str, Mapping[str, JsonValue]]:
    """Per parameter its schema, in the type's order."""
    declared = step_type.params_schema.get("properties")
    if not isinstance(declared, dict):
        return {}
    return {name: schema if isinstance(schema, dict) else {} for name, schema in declared.items()}


def required_parameters(step_type: StepType) -> tuple[str, ...]:
    """Names of the parameters that have no default."""
    required = step_type.params_schema.get("required")
    return tuple(str(name) for name in required) if isinstance(required, list) else ()


def data_parameters(step_type: StepType) -> tuple[str, ...]:
    """Names of the parameters whose values name data files."""
    return tuple(name for name, schema in declared_parameters(step_type).items() if schema.get(DATA_MARK) is True)


def literal_parameters(step_type: StepType) -> frozenset[str]:
    """Names of the parameters that hold no references."""
    declared = declared_parameters(step_type)
    return frozenset(name for name, schema in declared.items() if schema.get(LITERAL_MARK) is True)


def with_defaults(step_type: StepType, params: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Every parameter of the type in its order: the value given, else the default, else None."""
    return {
        name: params[name] if name in params else schema.get("default")
        for name, schema in declared_parameters(step_type).items()
    }


@dataclass(frozen=True, slots=True)
class ParameterSchema:
    """The validators of a step type's parameters."""

    validators: Mapping[str, Validator]

    @classmethod
    def of(cls, step_type: StepType) -> "ParameterSchema":
        shared = {"$defs": step_type.params_schema.get("$defs", {})}
        return cls(
            {
                name: _StrictValidator({**shared, **schema}, registry=Registry())
                for name, schema in declared_parameters(step_type).items()
            }
        )

    def faults(self, name: str, value: JsonValue, stand_ins: Collection[Place] = ()) -> Iterator[tuple[Place, str]]:
        """What is wrong with `value` for the parameter `name`: (place within the value, sentence). Nothing for a
        parameter that is not declared. `stand_ins`: places where the value is only of the right kind, so that nothing
        that depends on the value itself counts."""
        validator = self.validators.get(name)
        errors: Iterator[ValidationError] = validator.iter_errors(value) if validator else iter(())
        for error in errors:
            for leaf in leaves(error):
                place = tuple(leaf.absolute_path)
                if not stand_ins or is_certain(leaf, stand_ins):
                    yield place, sentence(name, place, leaf)
