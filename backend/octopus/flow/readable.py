"""What a handler returned, as JSON that a person can read: tables and models become their descriptions.

Never raises, and never returns what JSON cannot carry. Knows the data libraries by the names of their modules: it
imports none.
"""

import dataclasses
import math
from collections.abc import Iterable, Mapping, Set
from datetime import date, datetime, time, timedelta
from enum import Enum
from itertools import islice
from pathlib import PurePath
from typing import Any

MOST_ITEMS = 1_000
"""Of a list or dictionary: a result is looked at, not downloaded."""
MOST_CHARACTERS = 100_000
"""Of a text."""
HEAD_ROWS = 5
"""Of a table."""
DEEPEST = 12
"""Levels of lists and dictionaries within one another."""
MOST_DIGITS = 4_000
"""Of a whole number: more cannot be written by Python without special permission."""


def readable(value: Any) -> Any:
    """`value` as JSON. DataFrame: `{type, shape, columns, head}`; Series, array: `{type, shape, ...}`, a small array
    its list; model: `{type, params}`; NaN and the infinities as text; anything else unknown its `repr`."""
    return _readable(value, 0)


def readable_results(results: Mapping[str, Any]) -> dict[str, Any]:
    """Per node its result as JSON: every node, however many."""
    return {str(name): _readable(value, 1) for name, value in results.items()}


def _readable(value: Any, depth: int) -> Any:
    if value is None or value is True or value is False:
        return value
    kind = type(value)
    if kind is str:
        return value if len(value) <= MOST_CHARACTERS else f"{value[:MOST_CHARACTERS]} ... ({len(value):,} characters)"
    if kind is int:
        return value if value.bit_length() < MOST_DIGITS * 3 else f"a whole number of {value.bit_length():,} bits"
    if kind is float:
        return value if math.isfinite(value) else _not_finite(value)
    if depth > DEEPEST:
        return _text(value)
    try:
        return _of_object(value, depth)
    except Exception:  # Attributes of foreign objects may raise anything; then only the text is told.
        return _text(value)


def _of_object(value: Any, depth: int) -> Any:
    library = (type(value).__module__ or "").partition(".")[0]
    if library == "numpy":
        return _of_numpy(value, depth)
    if library in ("pandas", "polars", "pyarrow") and hasattr(value, "shape"):
        return _of_table(value, depth)
    if callable(getattr(value, "get_params", None)) and not isinstance(value, type):
        return {"type": type(value).__name__, "params": _of_mapping(value.get_params(), depth + 1)}
    if callable(getattr(value, "model_dump", None)) and not isinstance(value, type):
        return _readable(value.model_dump(), depth + 1)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        named = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return _of_mapping(named, depth)
    return _of_plain(value, depth)


def _of_plain(value: Any, depth: int) -> Any:
    if isinstance(value, Enum):
        return _readable(value.value, depth + 1)
    if isinstance(value, (int, float, str)):
        plain = int(value) if isinstance(value, int) else float(value) if isinstance(value, float) else str(value)
        return _readable(plain, depth + 1)
    if isinstance(value, Mapping):
        return _of_mapping(value, depth)
    if isinstance(value, (list, tuple, Set)):
        return _of_items(value, len(value), depth)
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return {"type": type(value).__name__, "size_bytes": len(value)}
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {value}"
    return _text(value)


def _of_mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    shown = {_key(name): _readable(one, depth + 1) for name, one in islice(value.items(), MOST_ITEMS)}
    return shown if len(value) <= MOST_ITEMS else {**shown, "...": f"{len(value) - MOST_ITEMS:,} more"}


def _of_items(value: Iterable[Any], count: int, depth: int) -> list[Any]:
    shown = [_readable(one, depth + 1) for one in islice(value, MOST_ITEMS)]
    return shown if count <= MOST_ITEMS else [*shown, f"... {count - MOST_ITEMS:,} more"]


def _of_numpy(value: Any, depth: int) -> Any:
    if getattr(value, "ndim", 0) == 0:
        return _readable(value.item(), depth + 1)
    if value.size <= MOST_ITEMS:
        return _readable(value.tolist(), depth + 1)
    return {"type": type(value).__name__, "shape": list(value.shape), "dtype": str(value.dtype)}


def _of_table(value: Any, depth: int) -> dict[str, Any]:
    told: dict[str, Any] = {"type": type(value).__name__, "shape": _readable(list(value.shape), depth + 1)}
    if hasattr(value, "columns") and hasattr(value, "head"):
        told["columns"] = [str(column) for column in islice(_names(value), MOST_ITEMS)]
        told["head"] = _readable(_rows(value.head(HEAD_ROWS)), depth + 1)
    elif hasattr(value, "head"):
        told["head"] = _readable(value.head(HEAD_ROWS).to_list(), depth + 1)
    return told


def _names(table: Any) -> Any:
    return table.column_names if hasattr(table, "column_names") else table.columns


def _rows(head: Any) -> Any:
    if hasattr(head, "to_dicts"):
        return head.to_dicts()
    return head.to_dict("records") if hasattr(head, "iloc") else []


def _key(name: Any) -> str:
    return name if isinstance(name, str) else str(_text(name) if not isinstance(name, (int, float, bool)) else name)


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _text(value: Any) -> str:
    try:
        text = repr(value)
    except Exception:  # A foreign __repr__ may raise anything.
        return f"<{type(value).__name__}>"
    return text if len(text) <= MOST_ITEMS else f"{text[:MOST_ITEMS]} ..."
