"""The tree of an expression -> true or false, with every comparison that was made on the way.

Numbers are compared with numbers, text with text; true and false only for being equal. What would compare different
kinds is a mistake in the expression and never silently false.
"""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from octopus.steps.expressions.tree import COMPARISONS, Constant, Negated, Node, Pair, Signed, Value, parsed

_COMPARE: Mapping[str, Callable[[float | str, float | str], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_RECKON: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One comparison with the values it met."""

    text: str
    left: Value
    right: Value
    holds: bool


@dataclass(slots=True)
class Truth:
    """`compared`: in the order in which they were made; `and` and `or` leave out what no longer matters."""

    holds: bool = False
    compared: list[Compared] = field(default_factory=list)


def truth_of(text: str) -> Truth:
    """Raises ValueError for what is no expression, or is one whose value is neither true nor false."""
    truth = Truth()
    value = _value(parsed(text), truth)
    if not isinstance(value, bool):
        raise ValueError(f"the expression gives {_said(value)}, not true or false: compare it with something")
    truth.holds = value
    return truth


def _value(node: Node, truth: Truth) -> Value:
    match node:
        case Constant(value=value):
            return value
        case Signed(sign=sign, inner=inner):
            number = _number(inner, truth)
            return -number if sign == "-" else number
        case Negated(inner=inner):
            return not _bool(inner, truth)
        case Pair(sign="and"):
            return _bool(node.left, truth) and _bool(node.right, truth)
        case Pair(sign="or"):
            return _bool(node.left, truth) or _bool(node.right, truth)
        case Pair(sign=sign) if sign in COMPARISONS:
            return _compared(node, truth)
        case Pair(sign=sign):
            return _reckoned(node, truth)


def _compared(node: Pair, truth: Truth) -> bool:
    left, right = _value(node.left, truth), _value(node.right, truth)
    if type(left) is not type(right):
        raise ValueError(f"{node.text} compares {_said(left)} with {_said(right)}")
    if isinstance(left, bool) and node.sign not in ("==", "!="):
        raise ValueError(f"{node.text} asks which of true and false is larger")
    holds = _COMPARE[node.sign](left, right)
    truth.compared.append(Compared(node.text, left, right, holds))
    return holds


def _reckoned(node: Pair, truth: Truth) -> float:
    left, right = _number(node.left, truth), _number(node.right, truth)
    if node.sign == "/" and right == 0:
        raise ValueError(f"{node.text} divides by zero")
    return _RECKON[node.sign](left, right)


def _number(node: Node, truth: Truth) -> float:
    value = _value(node, truth)
    if isinstance(value, bool | str):
        raise ValueError(f"{node.text} is {_said(value)}, where a number is needed")
    return value


def _bool(node: Node, truth: Truth) -> bool:
    value = _value(node, truth)
    if not isinstance(value, bool):
        raise ValueError(f"{node.text} is {_said(value)}, where true or false is needed")
    return value


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'the text "{value}"' if isinstance(value, str) else f"the number {value:.6g}"
