"""A shell command -> the Python program that it plainly starts, if that is all it does."""

import re
from dataclasses import dataclass

_WORD = re.compile(r"""(?:[A-Za-z0-9_@%+=:,./-]+|'[^']*'|"[^"$`\\]*")+""")
_PART = re.compile(r"""([A-Za-z0-9_@%+=:,./-]+)|'([^']*)'|"([^"$`\\]*)\"""")
_GAP = re.compile(r"[ \t]+")
_PYTHONS = frozenset({"python", "python3"})


@dataclass(frozen=True, slots=True)
class PythonCommand:
    """`words`: the whole command, `python` first. One of `file` and `module` is None."""

    words: tuple[str, ...]
    file: str | None
    module: str | None
    arguments: tuple[str, ...]

    @property
    def is_unbuffered(self) -> bool:
        return self.words[1] == "-u"


def plain_words(command: str) -> tuple[str, ...] | None:
    """The words of a command in which the shell has nothing to do but to take off quotes; None for any other: one with
    variables, patterns, pipes, a second command, an escape."""
    words, place, text = list[str](), 0, command.strip(" \t\n")
    while place < len(text):
        found = _WORD.match(text, place)
        if found is None:
            return None
        words.append("".join(a or b or c for a, b, c in _PART.findall(found.group())))
        place = found.end()
        if place < len(text):
            gap = _GAP.match(text, place)
            if gap is None:
                return None
            place = gap.end()
    return tuple(words)


def python_command(command: str) -> PythonCommand | None:
    """`python file arguments` or `python -m module arguments`, perhaps with -u; None for everything else."""
    words = plain_words(command)
    if words is None or len(words) < 2 or words[0] not in _PYTHONS:
        return None
    rest = words[2:] if words[1] == "-u" else words[1:]
    if rest[:1] == ("-m",) and len(rest) > 1:
        return PythonCommand(words, None, rest[1], rest[2:])
    if rest and rest[0].endswith(".py"):
        return PythonCommand(words, rest[0], None, rest[1:])
    return None
