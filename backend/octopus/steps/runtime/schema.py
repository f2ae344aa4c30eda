"""From a step's parameters to the JSON Schema its form is made of: flat (no $ref), nullable as `type: [X, "null"]`."""

from typing import Any

from octopus.steps.runtime.introspect import Declaration

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def params_schema(declared: Declaration) -> dict[str, Any]:
    """A schema of type object, `additionalProperties: false`, every optional parameter with its default."""
    raw = declared.params.model_json_schema(mode="validation")
    definitions = raw.pop("$defs", {})
    schema = _flat(raw, definitions)
    schema.pop("title", None)
    schema.setdefault("properties", {})
    return {"$schema": DIALECT, **schema}


def _flat(schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_flat(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        target = definitions[schema["$ref"].rsplit("/", 1)[1]]
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    flat = {key: value if key == "default" else _flat(value, definitions) for key, value in schema.items()}
    return _nullable(flat)


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    """`anyOf: [X, null]` as X that also takes null: forms show one field instead of a choice."""
    choices = schema.get("anyOf")
    if not (isinstance(choices, list) and len(choices) == 2 and choices[1] == {"type": "null"}):
        return schema
    merged = {**choices[0], **{key: value for key, value in schema.items() if key != "anyOf"}}
    merged["type"] = [choices[0]["type"], "null"]
    if "enum" in merged:
        merged["enum"] = [*merged["enum"], None]
    return merged
