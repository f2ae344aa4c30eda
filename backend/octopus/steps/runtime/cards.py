"""A step's card: what it tells a person, written as `_card.json` beside its outputs.

    {"title": "Split", "blocks": [
        {"kind": "markdown", "text": "..."},
        {"kind": "table", "title": "...", "columns": ["a", "b"], "rows": [[1, "x"]]},
        {"kind": "vega-lite", "title": "...", "spec": {...}},
        {"kind": "image", "title": "...", "media_type": "image/png", "data": "<base64>"}]}

Numbers that JSON cannot hold (NaN, infinities) become null in charts and text in tables.
"""

import base64
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

CARD_LIMIT_BYTES = 200_000
"""A card is fetched whole to be looked at; more than this loads slowly and shows nothing more."""
CELL_LIMIT = 200
"""Characters of one table cell."""


class Card:
    """Collects blocks in order; `write` puts them on disk."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.blocks: list[dict[str, Any]] = []

    def markdown(self, text: str) -> None:
        self.blocks.append({"kind": "markdown", "text": text})

    def table(self, title: str, columns: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
        cells = [[cell(value) for value in row] for row in rows]
        self.blocks.append({"kind": "table", "title": title, "columns": [str(one) for one in columns], "rows": cells})

    def chart(self, title: str, spec: Mapping[str, Any]) -> None:
        """`spec`: a Vega-Lite specification with its data inside."""
        self.blocks.append({"kind": "vega-lite", "title": title, "spec": finite(spec)})

    def image(self, title: str, data: bytes, media_type: str = "image/png") -> None:
        encoded = base64.b64encode(data).decode("ascii")
        self.blocks.append({"kind": "image", "title": title, "media_type": media_type, "data": encoded})

    def write(self, path: Path) -> None:
        path.write_text(self.as_json(), encoding="utf-8")

    def as_json(self) -> str:
        """Largest blocks give way to a note until the card is small enough."""
        blocks = list(self.blocks)
        while True:
            text = json.dumps({"title": self.title, "blocks": blocks}, ensure_ascii=False, allow_nan=False)
            if len(text.encode("utf-8")) <= CARD_LIMIT_BYTES:
                return text
            sizes = [len(json.dumps(block)) for block in blocks]
            largest = sizes.index(max(sizes))
            name = blocks[largest].get("title") or blocks[largest]["kind"]
            blocks[largest] = {"kind": "markdown", "text": f"*{name}* is left out: it is too large for a card."}


def cell(value: object) -> str | int | float | bool | None:
    """One value as a table shows it: numbers as numbers, missing as None, the rest as short text."""
    if value is None or isinstance(value, bool | int):
        return value
    if hasattr(value, "item") and callable(value.item):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else ("" if math.isnan(value) else str(value))
    if isinstance(value, bool | int):
        return value
    text = "" if str(value) in ("NaT", "<NA>") else str(value)
    return text if len(text) <= CELL_LIMIT else text[: CELL_LIMIT - 1] + "…"


def finite(value: Any) -> Any:
    """A JSON value without NaN and infinities: null stands for them."""
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if hasattr(value, "item") and callable(value.item):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
