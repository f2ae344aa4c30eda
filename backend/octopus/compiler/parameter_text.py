"""How a parameter's value travels on the command line, and how it is written into other text."""

import json

from pydantic import JsonValue


def parameter_text(value: JsonValue) -> str:
    """Text as it is, None as the empty text, the rest as JSON."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
