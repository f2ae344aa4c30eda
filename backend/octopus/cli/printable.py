"""Text from elsewhere (steps, projects, servers) -> text that a terminal only shows, and never obeys."""

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
