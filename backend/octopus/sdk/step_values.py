"""What a Python program writes as a step's parameter -> the JSON value that stands in the document."""

import inspect
import textwrap
from collections.abc import Mapping, Sequence, Set
from enum import Enum
from pathlib import PurePath
from typing import Any

from pydantic import JsonValue


def json_value(value: Any) -> JsonValue:
    """Tuples, sets and arrays become lists, paths text, NumPy's numbers plain ones, functions their source.

    Raises TypeError for what has no JSON form, with the type in the message.
    """
    if isinstance(value, Enum):
        return json_value(value.value)
    if value is None or isinstance(value, (bool, int, float, str)):
        return _plain(value)
    if isinstance(value, PurePath):
        return str(value)
    if isinstance(value, Mapping):
        return {str(name): json_value(one) for name, one in value.items()}
    if isinstance(value, (Sequence, Set)) and not isinstance(value, (bytes, bytearray)):
        return [json_value(one) for one in value]
    if inspect.isfunction(value):
        return _source(value)
    if hasattr(value, "tolist"):
        return json_value(value.tolist())
    raise TypeError(f"a {type(value).__name__} has no form in a pipeline document: {value!r:.80}")


def _plain(value: Any) -> JsonValue:
    """Without what a subclass adds (NumPy's float64 is a float)."""
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return None


def _source(function: Any) -> str:
    if function.__name__ == "<lambda>":
        raise TypeError("a lambda has no source of its own: write a function with `def`")
    try:
        return textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError):
        raise TypeError(f"the source of {function.__name__} is not there: pass it as text") from None
