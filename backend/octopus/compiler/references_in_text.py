"""Whether a parameter's value holds a reference such as `${params.threshold}`."""

from pydantic import JsonValue

REFERENCE_MARK = "${"
"""`$${`, a literal `${`, holds the mark too: it belongs to the same language."""


def holds_reference(value: JsonValue) -> bool:
    """Looks at text only, at any depth of lists and objects."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, str) and REFERENCE_MARK in current:
            return True
        if isinstance(current, list):
            waiting.extend(current)
        elif isinstance(current, dict):
            waiting.extend(current.values())
    return False
