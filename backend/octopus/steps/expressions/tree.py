"""Words -> the tree of an expression. One method per rule of the grammar, the weakest binding first:

either      = both {"or" both}
both        = negated {"and" negated}
negated     = "not" negated | comparison
comparison  = sum [("<" | "<=" | ">" | ">=" | "==" | "!=") sum]
sum         = product {("+" | "-") product}
product     = signed {("*" | "/") signed}
signed      = ("+" | "-") signed | number | text | "true" | "false" | "(" either ")"
"""

from dataclasses import dataclass
from typing import TypeAlias

from octopus.steps.expressions.words import CONSTANTS, Word, words

DEPTH_LIMIT = 50
"""Nested parentheses, `not`s and signs: deeper ones would exhaust the stack, and nobody could read them."""
WORDS_LIMIT = 300
"""A chain such as 1 + 1 + 1 is a tree as deep as the chain is long."""
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")

Value: TypeAlias = "float | str | bool"
Node: TypeAlias = "Constant | Signed | Negated | Pair"


@dataclass(frozen=True, slots=True)
class Constant:
    value: Value
    text: str


@dataclass(frozen=True, slots=True)
class Signed:
    """`-inner` or `+inner`."""

    sign: str
    inner: Node
    text: str


@dataclass(frozen=True, slots=True)
class Negated:
    inner: Node
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """`sign`: and, or, a comparison, or one of + - * /."""

    sign: str
    left: Node
    right: Node
    text: str


def parsed(text: str) -> Node:
    """Raises ValueError saying where the text is no expression."""
    return _Reader(text).whole()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._words = list(words(text))
        if len(self._words) > WORDS_LIMIT:
            raise ValueError(f"the expression has {len(self._words)} words; at most {WORDS_LIMIT} are read")
        self._place = 0
        self._depth = 0

    def whole(self) -> Node:
        if len(self._words) == 1:
            raise ValueError("the expression is empty")
        node = self._either()
        if self._next.kind != "end":
            hint = "; join comparisons with `and`" if self._next.text in COMPARISONS else ""
            raise ValueError(f"{self._here()} is one too many{hint}")
        return node

    @property
    def _next(self) -> Word:
        return self._words[self._place]

    def _here(self) -> str:
        if self._next.kind == "end":
            return "the end of the expression"
        return f"{self._next.text} at character {self._next.start + 1}"

    def _took(self, *texts: str) -> str | None:
        word = self._next
        if word.kind not in ("word", "sign") or word.text not in texts:
            return None
        self._place += 1
        return word.text

    def _since(self, start: int) -> str:
        return self._text[start : self._words[self._place - 1].end]

    def _either(self) -> Node:
        start, node = self._next.start, self._both()
        while self._took("or"):
            right = self._both()
            node = Pair("or", node, right, self._since(start))
        return node

    def _both(self) -> Node:
        start, node = self._next.start, self._negated()
        while self._took("and"):
            right = self._negated()
            node = Pair("and", node, right, self._since(start))
        return node

    def _negated(self) -> Node:
        start = self._next.start
        if not self._took("not"):
            return self._comparison()
        self._deeper()
        inner = self._negated()
        self._depth -= 1
        return Negated(inner, self._since(start))

    def _comparison(self) -> Node:
        start, node = self._next.start, self._sum()
        sign = self._took(*COMPARISONS)
        if sign is None:
            return node
        right = self._sum()
        return Pair(sign, node, right, self._since(start))

    def _sum(self) -> Node:
        start, node = self._next.start, self._product()
        while sign := self._took("+", "-"):
            right = self._product()
            node = Pair(sign, node, right, self._since(start))
        return node

    def _product(self) -> Node:
        start, node = self._next.start, self._signed()
        while sign := self._took("*", "/"):
            right = self._signed()
            node = Pair(sign, node, right, self._since(start))
        return node

    def _signed(self) -> Node:
        start = self._next.start
        sign = self._took("+", "-")
        if sign is None:
            return self._parentheses() if self._took("(") else self._constant()
        self._deeper()
        inner = self._signed()
        self._depth -= 1
        return Signed(sign, inner, self._since(start))

    def _parentheses(self) -> Node:
        self._deeper()
        node = self._either()
        self._depth -= 1
        if not self._took(")"):
            raise ValueError(f"a closing parenthesis is missing before {self._here()}")
        return node

    def _constant(self) -> Node:
        word = self._next
        if word.kind == "number":
            value: Value = float(word.text)
        elif word.kind == "text":
            value = word.text[1:-1]
        elif word.text in CONSTANTS:
            value = CONSTANTS[word.text]
        elif word.kind == "word" and word.text not in ("and", "or", "not"):
            raise ValueError(
                f"the word {self._here()} means nothing: put text into quotes, and name a metric as "
                "${steps.<step>.metrics.<metric>}, a parameter as ${params.<name>}"
            )
        else:
            raise ValueError(f"a value is missing before {self._here()}")
        self._place += 1
        return Constant(value, word.text)

    def _deeper(self) -> None:
        self._depth += 1
        if self._depth > DEPTH_LIMIT:
            raise ValueError(f"the expression is nested more than {DEPTH_LIMIT} deep")
