"""Values -> the Python source that makes them, laid out for people."""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any

WIDTH = 120
_BY_POSITION = frozenset({"Input", "Output", "Metric"})
"""Classes whose fields without a default are written without their names."""


def python_source(value: Any, indent: int = 0, taken: int = 0) -> str:
    """`indent`: of the line that the value begins in; `taken`: further characters of that line."""
    short = _short(value)
    if indent + taken + len(short) <= WIDTH:
        return short
    return _long(value, indent)


def _short(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_short, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_text(key)}: {_short(one)}' for key, one in value.items())}}}"
    if is_dataclass(value):
        return f"{type(value).__name__}({', '.join(_arguments(value, _short))})"
    if isinstance(value, Path):
        return f"Path({_text(str(value))})"
    return _text(value) if isinstance(value, str) else repr(value)


def _long(value: Any, indent: int) -> str:
    inner = indent + 4

    def argument(name: str, one: Any) -> str:
        return f"{name}{python_source(one, inner, len(name) + 1)}"

    if isinstance(value, list):
        lines, marks = [python_source(one, inner, 1) for one in value], "[]"
    elif isinstance(value, dict):
        lines, marks = [argument(f"{_text(key)}: ", one) for key, one in value.items()], "{}"
    elif is_dataclass(value):
        named = _fields(value)
        lines = [argument("" if by_position else f"{name}=", one) for name, one, by_position in named]
        marks = f"{type(value).__name__}()"
    else:
        return _short(value)
    body = "".join(f"{' ' * inner}{line},\n" for line in lines)
    return f"{marks[:-1]}\n{body}{' ' * indent}{marks[-1]}"


def _arguments(value: Any, write: Callable[[Any], str]) -> list[str]:
    return [write(one) if by_position else f"{name}={write(one)}" for name, one, by_position in _fields(value)]


def _fields(value: Any) -> list[tuple[str, Any, bool]]:
    """Name, value and whether it is written without its name; what is as by default is left out."""
    return [
        (one.name, getattr(value, one.name), type(value).__name__ in _BY_POSITION and _default(one) is MISSING)
        for one in fields(value)
        if getattr(value, one.name) != _default(one)
    ]


def _default(one: "Field[Any]") -> Any:
    return one.default_factory() if one.default_factory is not MISSING else one.default


def _text(text: str) -> str:
    """`repr`, in double quotes where that needs no escapes. Characters that cannot be seen are escaped."""
    written = repr(text)
    return f'"{written[1:-1]}"' if written[0] == "'" and '"' not in text and "\\" not in written else written
