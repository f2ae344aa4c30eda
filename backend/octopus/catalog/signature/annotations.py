"""A parameter's annotation -> what may be handed over: a plain value, of which JSON Schema, or what travels along an
edge, of which port type. Read by name only: `pd.DataFrame` and `pandas.DataFrame` are a DataFrame, whatever `pd` is."""

import ast
import json
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from octopus.catalog.signature.syntax import expression_of
from octopus.domain.ports import PortType

Schema = dict[str, JsonValue]


@dataclass(frozen=True, slots=True)
class Meaning:
    """`schema`: of a plain value, None if values of this kind come along an edge. `port`: the type of its port. `many`:
    a list of such values. `nullable`: or None."""

    schema: Schema | None = None
    port: PortType = PortType.ANY
    many: bool = False
    nullable: bool = False


ANYTHING = Meaning()

_PLAIN: dict[str, JsonValue] = {
    "int": "integer",
    "float": "number",
    "str": "string",
    "bool": "boolean",
    "list": "array",
    "List": "array",
    "Sequence": "array",
    "dict": "object",
    "Dict": "object",
    "Mapping": "object",
}
_LISTS = ("list", "List", "Sequence", "Iterable", "Collection")
_OBJECTS = ("dict", "Dict", "Mapping")
_TABLES = ("DataFrame",)
_MODELS = ("BaseEstimator", "Estimator", "Model", "Pipeline")
_MODEL_ENDINGS = ("Classifier", "Regressor", "Regression", "ClassifierMixin", "RegressorMixin")


def meaning_of(annotation: ast.expr | None) -> Meaning:
    """What is not understood may be anything. Raises RecursionError for one that is nested absurdly."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = expression_of(annotation.value)
    match annotation:
        case ast.Constant(value=None):
            return Meaning(schema={"type": "null"}, nullable=True)
        case ast.BinOp(op=ast.BitOr()):
            return _any_of(_alternatives(annotation))
        case ast.Subscript(value=value, slice=inner):
            return _generic(_name(value), inner.elts if isinstance(inner, ast.Tuple) else [inner])
        case ast.Name() | ast.Attribute():
            return _named(_name(annotation))
    return ANYTHING


def name_of(annotation: ast.expr | None) -> str:
    """The name that an annotation consists of, also as text; empty if it is more than a name."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        annotation = expression_of(annotation.value)
    return annotation.id if isinstance(annotation, ast.Name) else ""


def _named(name: str) -> Meaning:
    if name in _PLAIN:
        return Meaning(schema={"type": _PLAIN[name]})
    if name in _TABLES:
        return Meaning(port=PortType.DATASET)
    if name in _MODELS or name.endswith(_MODEL_ENDINGS):
        return Meaning(port=PortType.MODEL)
    return Meaning(port=PortType.FILE) if name == "Path" else ANYTHING


def _generic(name: str, inner: Sequence[ast.expr]) -> Meaning:
    if name == "Optional":
        return _any_of([*inner, ast.Constant(value=None)])
    if name == "Union":
        return _any_of(inner)
    if name == "Literal":
        return _choice(inner)
    if name == "Annotated" and inner:
        return meaning_of(inner[0])
    if name in _LISTS and len(inner) == 1:
        return _list_of(meaning_of(inner[0]))
    if name in _OBJECTS and len(inner) == 2:
        return _object_of(meaning_of(inner[1]))
    return ANYTHING


def _list_of(item: Meaning) -> Meaning:
    if item.schema is None:
        return Meaning(port=item.port, many=True)
    return Meaning(schema={"type": "array", "items": item.schema})


def _object_of(value: Meaning) -> Meaning:
    return (
        ANYTHING if value.schema is None else Meaning(schema={"type": "object", "additionalProperties": value.schema})
    )


def _choice(inner: Sequence[ast.expr]) -> Meaning:
    found = [literal_of(one) for one in inner]
    choices: list[JsonValue] = [one[0] for one in found if one is not None]
    return Meaning(schema={"enum": choices}, nullable=None in choices) if len(choices) == len(inner) else ANYTHING


def _any_of(alternatives: Sequence[ast.expr]) -> Meaning:
    """Plain if all are; a port of a type if all that are not None have that one."""
    found = [meaning_of(one) for one in alternatives]
    nullable = any(one.nullable for one in found)
    schemas = [one.schema for one in found if one.schema is not None]
    if len(schemas) == len(found):
        return Meaning(schema=_schema_of_any(schemas), nullable=nullable)
    kinds = {(one.port, one.many) for one in found if one.schema != {"type": "null"}}
    port, many = kinds.pop() if len(kinds) == 1 else (PortType.ANY, False)
    return Meaning(port=port, many=many, nullable=nullable)


def _schema_of_any(schemas: Sequence[Schema]) -> Schema:
    """One schema with several types where that says it all: a form shows one field for it."""
    types = [one["type"] for one in schemas if list(one) == ["type"]]
    rest = [one for one in schemas if one != {"type": "null"}]
    if len(types) == len(schemas):
        return {"type": types[0] if len(types) == 1 else list(dict.fromkeys(map(str, types)))}
    if len(rest) == 1 and len(rest) < len(schemas):
        return _or_null(rest[0])
    return {"anyOf": list(schemas)}


def _or_null(schema: Schema) -> Schema:
    choices = schema.get("enum")
    if isinstance(choices, list):
        return {**schema, "enum": [*choices, *([] if None in choices else [None])]}
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def _alternatives(union: ast.expr) -> list[ast.expr]:
    """`A | B | C` as three, however long it is."""
    found: list[ast.expr] = []
    while isinstance(union, ast.BinOp) and isinstance(union.op, ast.BitOr):
        found.append(union.right)
        union = union.left
    return [union, *reversed(found)]


def _name(node: ast.expr) -> str:
    """The last part of a dotted name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def literal_of(node: ast.expr | None) -> tuple[JsonValue] | None:
    """The value that is written there, in a tuple of its own; None if it is not one that JSON has."""
    if node is None:
        return None
    try:
        text = json.dumps(ast.literal_eval(node), allow_nan=False, ensure_ascii=False)
        text.encode()
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    value: JsonValue = json.loads(text)
    return (value,)


def inferred(value: JsonValue) -> Schema:
    """What may stand in for a default: of the same kind, any number for a number."""
    match value:
        case bool():
            return {"type": "boolean"}
        case int() | float():
            return {"type": "number"}
        case str():
            return {"type": "string"}
        case list():
            return {"type": "array"}
        case dict():
            return {"type": "object"}
    return {}
