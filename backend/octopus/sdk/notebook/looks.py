"""How cards and statuses look in a notebook, and how text gets into HTML."""

from html import escape

COLOURS = {
    "io": "#2e7d32",
    "transform": "#1565c0",
    "model": "#6a1b9a",
    "decision": "#b26a00",
    "retry": "#ad1457",
    "generic": "#546e7a",
}
"""By the colour role of a step's type; readable on white and on black."""

STATUS_COLOURS = {
    "running": "#1976d2",
    "cancelling": "#ed6c02",
    "succeeded": "#2e7d32",
    "reused": "#00838f",
    "failed": "#d32f2f",
    "timed_out": "#d32f2f",
    "lost": "#d32f2f",
    "cancelled": "#ed6c02",
    "skipped": "#9e9e9e",
    "queued": "#9e9e9e",
    "pending": "#bdbdbd",
}

CHARACTERS_ON_A_CARD = 22


def shown(text: object, limit: int = 300) -> str:
    """Text as HTML: shortened, without control characters, with nothing that a browser would obey."""
    whole = "".join(c for c in str(text) if c.isprintable())
    return escape(whole if len(whole) <= limit else f"{whole[: limit - 1]}…", quote=True)


def status_colour(status: str) -> str:
    return STATUS_COLOURS.get(status, "#9e9e9e")
