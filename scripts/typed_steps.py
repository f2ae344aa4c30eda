"""The catalog of the built-in steps -> what type checkers and editors know of `pipeline.add`, as a stub file."""

import keyword
import textwrap
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]

HEAD = '''"""Written by `make generate` from the step catalog; do not edit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from typing import Any, Literal

from octopus.domain.pipeline import Policy, Position
from octopus.sdk.building import Building
from octopus.sdk.reference import Reference
from octopus.sdk.step import Port, StepHandle

End = Port | StepHandle
'''

COMMON = (
    ("label", "str | None", "None"),
    ("position", "Position | tuple[float, float] | None", "None"),
    ("policy", "Policy | Mapping[str, Any] | None", "None"),
    ("enabled", "bool", "True"),
    ("notes", "str", '""'),
    ("after", "End | Iterable[End]", "()"),
)
_PLAIN = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "array": "Sequence[Any]",
    "object": "Mapping[str, Any]",
}


def typed_steps(catalog: list[Json]) -> str:
    """A handle class per step type, with its ports, and a method that adds one."""
    return "\n".join([HEAD, *(_handle(step) for step in catalog), _adding(catalog)])


def _handle(step: Json) -> str:
    """Ports of a function of the user's are not known here."""
    ports = [] if step.get("ports_from") else dict.fromkeys(port["name"] for port in step["outputs"] + step["inputs"])
    named = [f"    {name}: Port" for name in ports if not keyword.iskeyword(name)]
    return "\n".join([f"class {_class(step)}(StepHandle):", *(named or ["    ..."]), ""])


def _adding(catalog: list[Json]) -> str:
    lines = ["class BuiltIn:", "    def __init__(self, pipeline: Building) -> None: ..."]
    return "\n".join([*lines, *(line for step in catalog for line in _method(step)), ""])


def _method(step: Json) -> Iterator[str]:
    yield f"    def {step['id']}("
    yield "        self,"
    yield "        id: str | None = None,"
    yield "        *,"
    schema = step["params_schema"]
    required = schema.get("required", [])
    for port in step["inputs"]:
        many = " | Sequence[End]" if port["many"] else ""
        yield f"        {port['name']}: End{many} | None = None,"
    for name, field in schema.get("properties", {}).items():
        default = "" if name in required else f" = {_default(field)}"
        yield f"        {name}: {_type(field)}{default},"
    for name, kind, default in COMMON:
        yield f"        {name}: {kind} = {default},"
    if step.get("ports_from"):
        yield "        **inputs_and_arguments: Any,"
    yield f"    ) -> {_class(step)}:"
    yield f'        """{_first_paragraph(step["doc"])}"""'


def _type(field: Json) -> str:
    """Everything may be a reference, which is text, instead of a value."""
    found = dict.fromkeys(_alternatives(field))
    is_nullable = found.pop("None", "") is None
    if "str" not in found and "Any" not in found:
        found["Reference"] = None
    return " | ".join([*found, *(["None"] if is_nullable else [])])


def _alternatives(field: Json) -> Iterator[str]:
    if "enum" in field:
        yield f"Literal[{', '.join(repr(choice) for choice in field['enum'])}]"
        return
    several = [option for kind in ("anyOf", "oneOf") for option in field.get(kind, ())]
    for option in several:
        yield from _alternatives(option)
    kinds = field.get("type", [])
    for kind in [kinds] if isinstance(kinds, str) else kinds:
        yield _PLAIN[kind]
        if kind == "string" and field.get("x-widget") == "code":
            yield "Callable[..., Any]"
        elif kind == "string" and field.get("x-octopus-data"):
            yield "PathLike[str]"
    if not kinds and not several:
        yield "Any"


def _default(field: Json) -> str:
    """Long ones are not spelled out."""
    text = repr(field.get("default"))
    return text if len(text) <= 60 and not isinstance(field.get("default"), list | dict) else "..."


def _class(step: Json) -> str:
    return f"{step['id'].title().replace('_', '')}Step"


def _first_paragraph(doc: str) -> str:
    words = " ".join(doc.strip().split("\n\n")[0].split())
    return textwrap.fill(words, 108, subsequent_indent=" " * 8)
