"""Text from elsewhere (steps, projects, servers) -> text that a terminal only shows, and never obeys."""

import json
import sys
from typing import Any


def printable(text: str) -> str:
    """A line without control characters: what a step printed must not move the cursor of whoever reads it later."""
    return "".join(character for character in text if character == "\t" or character.isprintable())


def shown(answer: Any) -> Any:
    """What a server answered, with every text in it, at any depth, `printable` line by line: names, reasons and docs
    come from strangers' projects and from what steps say."""
    if isinstance(answer, str):
        return "\n".join(printable(line) for line in answer.split("\n"))
    if isinstance(answer, list):
        return [shown(item) for item in answer]
    if isinstance(answer, dict):
        return {name: shown(value) for name, value in answer.items()}
    return answer


def json_text(answer: Any, *, indent: int | None = 1) -> str:
    """JSON for programs that loses nothing and that a terminal can show all the same: letters stay letters, while
    control characters (those from U+0080 on, which JSON allows, too) and what cannot be seen are escaped. `indent`
    None: on one line."""
    separators = (",", ":") if indent is None else None
    text = json.dumps(answer, ensure_ascii=not _takes_letters(), indent=indent, separators=separators)
    return "".join(one if one == "\n" or one.isprintable() else _escaped(one) for one in text)


def _takes_letters() -> bool:
    """Whether standard output takes letters of every script."""
    return (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "").startswith("utf")


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]
