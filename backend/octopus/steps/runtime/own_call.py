"""What arrived at the ports of a user's function, and its arguments -> the call of it; what it returns -> values by
output port. The server has read the same signature without executing anything (octopus.catalog.signature)."""

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from octopus.steps.runtime.declare import OWN_OUTPUT

IN_ORDER = "inputs"
"""The port whose values go to the parameters one after the other, unless the function has a parameter of this name for
them."""
_NO_TYPES = {"class", "typing", "pathlib", "_local", "list", "List", "Optional", "None", "NoneType", "ForwardRef"}
_NONE = {"None", "NoneType", "Optional"}


def call(function: Callable[..., Any], named: Mapping[str, Any], in_order: Sequence[Any] = ()) -> Any:
    """`named`: values by the parameters' names, a list for `*name`; `in_order`: values for the parameters that nobody
    named. Raises TypeError for a parameter without a value, and for what the function does not take."""
    left, waiting = dict(named), list(in_order)
    placed: list[Any] = []
    by_name: dict[str, Any] = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            placed += [*_listed(left.pop(name, ())), *waiting]
            waiting = []
        elif parameter.kind is parameter.KEYWORD_ONLY:
            by_name |= {name: left.pop(name)} if name in left else {}
        elif parameter.kind is not parameter.VAR_KEYWORD:
            placed.append(_placed(function, parameter, left, waiting))
    return function(*placed, *waiting, **by_name, **left)


def _placed(
    function: Callable[..., Any], parameter: inspect.Parameter, left: dict[str, Any], waiting: list[Any]
) -> Any:
    if parameter.name in left:
        return left.pop(parameter.name)
    if waiting:
        return waiting.pop(0)
    if parameter.default is parameter.empty:
        raise TypeError(f"{function.__name__} has no value for its parameter {parameter.name!r}")
    return parameter.default


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def takes_in_order(function: Callable[..., Any]) -> bool:
    """Whether what arrives at the port `inputs` goes to the parameters one after the other."""
    parameter = inspect.signature(function).parameters.get(IN_ORDER)
    if parameter is None:
        return True
    is_list = str(parameter.annotation).removeprefix("typing.").lower().startswith("list[")
    return parameter.kind is not parameter.VAR_POSITIONAL and not is_list


def wants_paths(function: Callable[..., Any]) -> frozenset[str]:
    """Names of the parameters that are annotated as a path, and as nothing else: nothing is loaded for them."""
    parameters = inspect.signature(function).parameters.values()
    return frozenset(one.name for one in parameters if _words(one.annotation) - _NO_TYPES == {"Path"})


def by_port(function: Callable[..., Any], value: Any) -> dict[str, Any]:
    """What the function returned, by output port: the fields of the NamedTuple that it is annotated with, else all of
    it. A field that may be None and is None is a branch not taken. Raises TypeError for anything but such a tuple."""
    kind = _returned_kind(function)
    if kind is None:
        return {OWN_OUTPUT: value}
    fields: tuple[str, ...] = kind._fields
    if not isinstance(value, tuple) or len(value) != len(fields):
        raise TypeError(f"{function.__name__} returned a {type(value).__name__}, not a {kind.__name__}")
    values = dict(zip(fields, value, strict=True))
    return {
        name.rstrip("_"): one
        for name, one in values.items()
        if one is not None or not _words(kind.__annotations__[name]) & _NONE
    }


def _returned_kind(function: Callable[..., Any]) -> Any:
    """The NamedTuple in the function's own source that it says it returns; None if it says something else."""
    hint = inspect.get_annotations(function).get("return")
    if isinstance(hint, str):
        hint = getattr(function, "__globals__", {}).get(hint.strip().strip("'\""))
    is_one = isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields")
    return hint if is_one and getattr(hint, "__module__", "") == function.__module__ else None


def _words(annotation: object) -> set[str]:
    """Of an annotation as it is written, whether it was evaluated or not."""
    return set(re.findall(r"\w+", str(annotation)))
