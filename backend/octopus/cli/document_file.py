"""A pipeline document in a file, JSON or YAML -> plain values; and `--param name=value` -> the value its type wants."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from octopus.cli.exit_codes import USAGE
from octopus.cli.failure import failure
from octopus.sdk.document_file import NoPipeline, read_file

TEXT_TYPES = frozenset({"string", None})


def read_document(path: Path) -> dict[str, Any]:
    """The document in the file at `path`. Ends the command with a sentence if there is none."""
    try:
        return read_file(path)
    except NoPipeline as error:
        raise failure(str(error), USAGE) from None


def given_parameters(document: Mapping[str, Any], given: Sequence[str]) -> dict[str, Any]:
    """`name=value` texts as values: text stays text where the pipeline declares a string (or nothing of that name, so
    that the server can say so), anything else is read as JSON."""
    declared = document.get("parameters")
    types = {
        name: parameter.get("type")
        for name, parameter in (declared.items() if isinstance(declared, dict) else ())
        if isinstance(parameter, dict)
    }
    values: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise failure(f"--param {text}: write it as name=value.", USAGE)
        values[name] = value if types.get(name) in TEXT_TYPES else _json_value(name, value)
    return values


def _json_value(name: str, text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise failure(f"--param {name}: {text!r} is not JSON; write 0.5, true, [1, 2] or so.", USAGE) from None
