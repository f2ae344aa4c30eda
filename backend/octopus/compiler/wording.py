"""Words that messages about documents share: what a value is called, lists of names, the nearest name."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

NAMES_SHOWN = 12
"""Names listed in one message; more would not be read."""
_CLOSE_ENOUGH = 0.6


def kind_of(value: object) -> str:
    """What a person calls a JSON value of this kind: "text", "a list", ..."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return "a whole number"
        case float():
            return "a number with a decimal point"
        case str():
            return "text"
        case list() | tuple():
            return "a list"
        case dict():
            return "an object"
        case _:
            return f"a {type(value).__name__}"


def names(known: Iterable[str]) -> str:
    """`a`, `b`, `c`: at most NAMES_SHOWN, then how many more."""
    every = [f"`{name}`" for name in known]
    shown = ", ".join(every[:NAMES_SHOWN])
    rest = len(every) - NAMES_SHOWN
    return f"{shown} and {rest} more" if rest > 0 else shown


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """`; did you mean `x`?`, or a full stop when nothing is near."""
    near = get_close_matches(name, known, n=1, cutoff=_CLOSE_ENOUGH)
    return f"; did you mean `{near[0]}`?" if near else "."


def quoted(text: str, limit: int = 80) -> str:
    """`text` for a message: shortened, control characters made visible."""
    shown = text if len(text) <= limit else f"{text[: limit - 1]}…"
    return f"`{''.join(c if c.isprintable() else c.encode('unicode_escape').decode() for c in shown)}`"
