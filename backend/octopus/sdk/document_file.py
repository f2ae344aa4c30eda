"""A pipeline document as a file, JSON or YAML, and back: the same values, whichever form they had.

YAML is imported only where it is wanted: most pipelines are JSON, and some callers are in a hurry.
"""

import json
from pathlib import Path
from typing import Any

MAX_FILE_BYTES = 16 * 2**20
"""The server takes no larger document either."""

MAX_REFERENCED = 4 * 2**20
"""Values and characters that the references of a YAML file may stand for: a few lines of them can mean gigabytes."""

JSON_SUFFIX = ".json"
YAML_SUFFIXES = (".yaml", ".yml")


class NoPipeline(ValueError):
    """Why a text holds no pipeline document, in a sentence that names the file."""


def read_file(path: Path) -> dict[str, Any]:
    """The document in the file at `path`: JSON if its name says so, else YAML (of which JSON is a part). Raises
    NoPipeline."""
    text = _text_of(path)
    return from_json(text, str(path)) if path.suffix.lower() == JSON_SUFFIX else from_yaml(text, str(path))


def from_json(text: str, name: str = "the text") -> dict[str, Any]:
    """Raises NoPipeline, which names `name`."""
    try:
        return _object(json.loads(text), name)
    except json.JSONDecodeError as error:
        raise NoPipeline(f"{name} is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise NoPipeline(f"{name} holds no pipeline: it is nested too deeply.") from None


def from_yaml(text: str, name: str = "the text") -> dict[str, Any]:
    """Raises NoPipeline, which names `name`."""
    import yaml

    try:
        _keep_references_small(text, name)
        return _object(yaml.safe_load(text), name)
    except yaml.YAMLError as error:
        raise NoPipeline(f"{name} is not YAML: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise NoPipeline(f"{name} holds no pipeline: it is nested too deeply.") from None


def to_json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def to_yaml(document: dict[str, Any]) -> str:
    """In the document's own order. Characters that YAML would change on the way back are written as escapes."""
    import yaml

    # Made anew from JSON nothing is there twice, so that equal values are written out and not as aliases.
    return yaml.safe_dump(json.loads(to_json(document)), sort_keys=False, width=120)


def _keep_references_small(text: str, name: str) -> None:
    """Before anything is built of them. Raises NoPipeline."""
    if "*" not in text:
        return
    import yaml

    size, referenced = 0, 0
    known = dict[str | None, int]()
    opened: list[tuple[str | None, int]] = []
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent):
            # Of one that is still open nothing is known: it would hold itself.
            size += known.get(event.anchor, MAX_REFERENCED)
            referenced += known.get(event.anchor, MAX_REFERENCED)
        elif isinstance(event, yaml.ScalarEvent):
            known[event.anchor] = 1 + len(event.value)
            size += known[event.anchor]
        elif isinstance(event, yaml.CollectionStartEvent):
            known.pop(event.anchor, None)
            opened.append((event.anchor, size))
            size += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            known[anchor] = size - before
        if referenced >= MAX_REFERENCED:
            raise NoPipeline(f"{name} holds no pipeline: its references stand for more than one could hold.")


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise NoPipeline(f"{name} holds no pipeline: it must be an object with `schema_version` and `name`.")
    return value


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise NoPipeline(f"{path} is larger than {MAX_FILE_BYTES // 2**20} MiB: that is no pipeline.")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise NoPipeline(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise NoPipeline(f"{path} cannot be read: it is not UTF-8 text.") from None
