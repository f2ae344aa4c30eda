"""Bytes -> JSON, more strictly than Python reads it: nothing that another reader would understand differently."""

import json
import math
import re
from typing import Any

MAX_DEPTH = 64
"""Lists and objects within one another. A document needs fewer than ten."""
FORBIDDEN_KEYS = frozenset({"__proto__", "constructor", "prototype"})
"""Names that mean something to JavaScript objects; a reader that merges objects could be subverted by them."""

_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]", re.ASCII)


class NotStrictJson(Exception):
    """Its text says why, for a person."""


def check_strict_json(body: bytes) -> None:
    """Raises NotStrictJson."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise NotStrictJson("The body is not UTF-8.") from None
    value = _parse(text)
    _check_depth(value)
    if _SURROGATE_ESCAPE.search(text):
        _check_text(value)


def _parse(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_constant, parse_float=_float)
    except RecursionError:
        raise NotStrictJson(f"The JSON is nested more than {MAX_DEPTH} levels deep.") from None
    except json.JSONDecodeError as error:
        raise NotStrictJson(f"The body is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except ValueError:
        raise NotStrictJson("A number has too many digits.") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotStrictJson(f"The key {json.dumps(twice)[:80]} stands twice in one object.")
    for name in FORBIDDEN_KEYS & found.keys():
        raise NotStrictJson(f"The key {name} is not allowed.")
    return found


def _constant(name: str) -> float:
    raise NotStrictJson(f"{name} is not JSON.")


def _float(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise NotStrictJson(f"The number {digits[:40]} is too large.")
    return value


def _check_depth(value: Any) -> None:
    level, depth = [value], 1
    while level := [child for parent in level for child in _children(parent)]:
        depth += 1
        if depth > MAX_DEPTH:
            raise NotStrictJson(f"The JSON is nested more than {MAX_DEPTH} levels deep.")


def _children(value: Any) -> Any:
    """Lists and objects in a list or object; of others nothing."""
    if isinstance(value, dict):
        return [child for child in value.values() if isinstance(child, dict | list)]
    if isinstance(value, list):
        return [child for child in value if isinstance(child, dict | list)]
    return ()


def _check_text(value: Any) -> None:
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str):
            _check_characters(current)
        elif isinstance(current, dict):
            waiting.extend(current.keys())
            waiting.extend(current.values())
        elif isinstance(current, list):
            waiting.extend(current)


def _check_characters(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise NotStrictJson("Text holds half of a surrogate pair.") from None
