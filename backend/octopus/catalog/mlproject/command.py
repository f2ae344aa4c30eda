"""The command of an entry point: which parameters it takes, and whether a value can break out of its place.

MLflow puts every value into the command with shell quotes around it. In a place that the shell reads in another way,
inside other quotes for instance, these quotes do not protect: the value becomes a part of the program.
"""

from dataclasses import dataclass
from string import Formatter


class NotATemplate(ValueError):
    """MLflow could not fill in the command; the text says why."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """`{name}` in a command. `danger`: how the shell reads the place, None where quotes protect."""

    name: str
    danger: str | None


def placeholders(command: str) -> list[Placeholder]:
    """In order. Raises NotATemplate."""
    try:
        parts = list(Formatter().parse(command))
    except ValueError as error:
        raise NotATemplate(f"{error}; a literal brace is written twice: {{{{ or }}}}") from error
    shell, found = _Shell(), []
    for literal, name, form, conversion in parts:
        shell.read(literal)
        if name is not None:
            if form or conversion or not _is_plain(name):
                written = _written(name, conversion, form)
                raise NotATemplate(f"{written} cannot be filled in; a literal brace is written twice")
            found.append(Placeholder(name, shell.danger))
            shell.read("x")
    return found


def _is_plain(name: str) -> bool:
    """Whether the name is looked up as it is: not a position, an attribute or an item."""
    return bool(name) and not name.isdigit() and not set(name) & set(".[]")


def _written(name: str, conversion: str | None, form: str | None) -> str:
    return f"{{{name}{f'!{conversion}' if conversion else ''}{f':{form}' if form else ''}}}"


class _Shell:
    """Reads a command from the left, as far as it matters for quotes: `danger` is about the place after what was read.
    Where it cannot be sure it takes a place for dangerous."""

    _WORDS = {
        '"': "inside double quotes",
        "'": "inside single quotes",
        "$'": "inside single quotes",
        "[": "in square brackets, which may be reckoned with",
        "`": "inside backticks",
        "#": "in a comment",
        "<": "in or after a here-document",
        "(": "in an arithmetic expression",
    }

    def __init__(self) -> None:
        self._inside: list[str] = []
        self._before = ""
        self._here_document = False

    @property
    def danger(self) -> str | None:
        if self._before.endswith(("\\", "$")):
            return f"right after {self._before[-1]}"
        return next((self._WORDS[mark] for mark in reversed(self._inside) if mark in self._WORDS), None)

    def read(self, literal: str) -> None:
        for character in literal:
            self._take(character)

    def _take(self, c: str) -> None:
        """`_before`: what precedes, with nothing of an escape that is complete."""
        top = self._inside[-1] if self._inside else ""
        if self._before.endswith("\\") and top not in ("'", "#"):
            self._before = "x"
            return
        if top in ("'", "`"):
            self._close(c, top)
        elif top == "$'":
            self._close(c, "'")
        elif top == "#":
            self._close(c, "\n")
        elif top == '"':
            self._in_double_quotes(c)
        else:
            self._outside_quotes(c)
        self._before = (self._before + c)[-3:]

    def _close(self, c: str, end: str) -> None:
        if c == end:
            self._inside.pop()

    def _in_double_quotes(self, c: str) -> None:
        if c == '"':
            self._inside.pop()
        elif c == "(" and self._before.endswith("$"):
            self._inside.append(")")
        elif c == "`":
            self._inside.append("`")

    def _outside_quotes(self, c: str) -> None:
        if c == "'" and self._before.endswith("$") and not self._before.endswith("$$"):
            self._inside.append("$'")
        elif c in ('"', "'", "`"):
            self._inside.append(c)
        elif c == "[" and self._before and (self._before[-1] in "$[_" or self._before[-1].isalnum()):
            self._inside.append("[")
        elif c == "]" and self._inside and self._inside[-1] == "[":
            self._inside.pop()
        elif c == "(":
            self._inside.append("(" if self._before.endswith("(") else ")")
        elif c == ")" and self._inside and self._inside[-1] in "()":
            self._inside.pop()
        elif c == "#" and (not self._before or self._before[-1] in " \t\n;&|()"):
            self._inside.append("#")
        elif c == "<" and self._before.endswith("<") and not self._before.endswith("<<"):
            self._here_document = True
        elif c == "<" and self._before.endswith("<<"):
            self._here_document = False
        elif c == "\n" and self._here_document:
            self._inside.insert(0, "<")
