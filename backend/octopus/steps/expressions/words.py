"""Text -> words of the expression language, and what the text must look like before anybody reads it.

words      true false and or not, NaN and Infinity
values     12  0.5  1e-3  "text"  'text'
signs      < <= > >= == !=  + - * /  ( )
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LENGTH_LIMIT = 1000
"""Characters of an expression; what is longer belongs into a python step."""
CONSTANTS = {
    "true": True,
    "True": True,
    "false": False,
    "False": False,
    "NaN": float("nan"),
    "nan": float("nan"),
    "Infinity": float("inf"),
    "inf": float("inf"),
}
"""Python's and JSON's spelling: a reference is replaced by its value's text before the expression is read."""

PATTERN = (
    r"""^(?:\*?(?:[ \t\r\n0-9.()<>=!+/-]|[0-9.][eE]|"[^"\\]*"|'[^'\\]*'|\$\{[^{}]*\}"""
    rf"|(?:and|or|not|{'|'.join(CONSTANTS)})\b))*$"
)
"""What every expression matches, before and after its references are replaced: no names, no calls, no attributes, no
powers, no letters but Latin ones outside of quotes. No two alternatives match alike, so that nothing is tried twice."""
PATTERN_HELP = (
    "It may hold numbers, quoted text, true, false, and, or, not, comparisons, + - * /, parentheses, references like "
    "${steps.evaluate.metrics.recall} or ${params.threshold}; nothing else."
)

Kind = Literal["number", "text", "word", "sign", "end"]
_WORD = re.compile(
    r"\s*(?:(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|(?P<text>\"[^\"\\]*\"|'[^'\\]*')"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|==|!=|[-+*/<>()]))",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Word:
    """`start`, `end`: its place in the text."""

    kind: Kind
    text: str
    start: int
    end: int


def words(text: str) -> Iterator[Word]:
    """Ends with a word of the kind end. Raises ValueError at the first character that is no part of the language."""
    if len(text) > LENGTH_LIMIT:
        raise ValueError(f"the expression has {len(text):,} characters; at most {LENGTH_LIMIT:,} are read")
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _WORD.match(text, place, end)
        if found is None:
            place += len(text[place:]) - len(text[place:].lstrip())
            raise ValueError(f"{text[place]!r} at character {place + 1} is no part of an expression")
        kind: Kind = found.lastgroup  # type: ignore[assignment]
        yield Word(kind, found[kind], found.start(kind), found.end(kind))
        place = found.end()
    yield Word("end", "", end, end)
