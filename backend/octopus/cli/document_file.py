"""A pipeline document in a file, JSON or YAML -> plain values; and `--param name=value` -> the value its type wants."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from octopus.cli.exit_codes import USAGE
from octopus.cli.failure import failure

MAX_FILE_BYTES = 16 * 2**20
"""The server takes no larger document either."""

TEXT_TYPES = frozenset({"string", None})


class NoPipeline(ValueError):
    """Why a file holds no pipeline document, in a sentence that names the file."""


def read_document(path: Path) -> dict[str, Any]:
    """The document in the file at `path`. Ends the command with a sentence if there is none."""
    try:
        return document_in(path)
    except NoPipeline as error:
        raise failure(str(error), USAGE) from None


def document_in(path: Path) -> dict[str, Any]:
    """The document in the file at `path`. Raises NoPipeline."""
    text = _text_of(path)
    try:
        document = json.loads(text) if path.suffix.lower() == ".json" else _yaml(text)
    except json.JSONDecodeError as error:
        raise NoPipeline(f"{path} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except ValueError as error:
        raise NoPipeline(f"{path} is not YAML: {_one_line(error)}") from None
    except RecursionError:
        raise NoPipeline(f"{path} holds no pipeline: it is nested too deeply.") from None
    if not isinstance(document, dict):
        raise NoPipeline(f"{path} holds no pipeline: it must be an object with `schema_version` and `name`.")
    return document


def _yaml(text: str) -> Any:
    """Raises ValueError. Imported only here: most pipelines are JSON."""
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from None


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


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise NoPipeline(f"{path} is larger than {MAX_FILE_BYTES // 2**20} MiB: that is no pipeline.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise NoPipeline(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise NoPipeline(f"{path} cannot be read: it is not UTF-8 text.") from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
