"""Vega-Lite specifications of the charts on cards, as plain dicts: data in, a spec with the data inside out."""

from collections.abc import Sequence
from typing import Any

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
POINTS_LIMIT = 400
"""Points of one curve or cloud: more cannot be told apart at card size."""

Rows = Sequence[dict[str, Any]]


def _spec(rows: Rows, **parts: Any) -> dict[str, Any]:
    return {"$schema": SCHEMA, "width": "container", "height": 220, "data": {"values": list(rows)}, **parts}


def _axis(field: str, kind: str, title: str | None = None, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": kind, "title": title or field, **more}


def bars(rows: Rows, value: str, name: str, *, colour: str | None = None) -> dict[str, Any]:
    """Horizontal bars in the order given."""
    encoding = {
        "x": _axis(value, "quantitative"),
        "y": _axis(name, "nominal", sort=None),
        "tooltip": [_axis(name, "nominal"), _axis(value, "quantitative")],
    }
    if colour:
        encoding["color"] = _axis(colour, "nominal")
        encoding["yOffset"] = {"field": colour}
    return _spec(rows, mark="bar", height={"step": 18}, encoding=encoding)


def confusion(rows: Rows) -> dict[str, Any]:
    """`rows`: {actual, predicted, rows, share} with the share of the actual class."""
    place = {"x": _axis("predicted", "nominal", sort=None), "y": _axis("actual", "nominal", sort=None)}
    shade = {"field": "share", "type": "quantitative", "scale": {"domain": [0, 1], "scheme": "blues"}, "title": "share"}
    text_colour = {"condition": {"test": "datum.share > 0.5", "value": "white"}, "value": "black"}
    layers = [
        {"mark": "rect", "encoding": {"color": shade}},
        {"mark": "text", "encoding": {"text": {"field": "rows", "type": "quantitative"}, "color": text_colour}},
    ]
    return _spec(rows, encoding=place, layer=layers)


def curve(rows: Rows, x: str, y: str, *, colour: str | None = None, diagonal: bool = False) -> dict[str, Any]:
    """A line through points in the order given; `diagonal`: a dashed line from 0,0 to 1,1 for comparison."""
    encoding: dict[str, Any] = {
        "x": _axis(x, "quantitative"),
        "y": _axis(y, "quantitative"),
        "order": {"field": "order"},
    }
    if colour:
        encoding["color"] = _axis(colour, "nominal")
    numbered = [{**row, "order": number} for number, row in enumerate(rows)]
    line = {"mark": {"type": "line", "point": len(numbered) <= 30}, "encoding": encoding}
    if not diagonal:
        return _spec(numbered, **line)
    guide = {
        "data": {"values": [{x: 0, y: 0}, {x: 1, y: 1}]},
        "mark": {"type": "line", "strokeDash": [4, 4], "color": "gray"},
        "encoding": {"x": _axis(x, "quantitative"), "y": _axis(y, "quantitative")},
    }
    return _spec(numbered, layer=[line, guide])


def cloud(rows: Rows, x: str, y: str, *, level: float | None = None) -> dict[str, Any]:
    """Points; `level`: a horizontal line at that height."""
    points = {
        "mark": {"type": "circle", "opacity": 0.6},
        "encoding": {
            "x": _axis(x, "quantitative", scale={"zero": False}),
            "y": _axis(y, "quantitative", scale={"zero": False}),
            "tooltip": [_axis(x, "quantitative"), _axis(y, "quantitative")],
        },
    }
    if level is None:
        return _spec(rows, **points)
    line = {"mark": {"type": "rule", "strokeDash": [4, 4], "color": "gray"}, "encoding": {"y": {"datum": level}}}
    return _spec(rows, layer=[points, line])


def histogram(values: Sequence[float], title: str) -> dict[str, Any]:
    encoding = {
        "x": {"field": "value", "bin": {"maxbins": 30}, "type": "quantitative", "title": title},
        "y": {"aggregate": "count", "type": "quantitative", "title": "rows"},
    }
    return _spec([{"value": value} for value in thinned(values)], mark="bar", encoding=encoding)


def thinned(points: Sequence[Any], limit: int = POINTS_LIMIT) -> list[Any]:
    """At most `limit` of the points, evenly spaced, the first and the last among them."""
    if len(points) <= limit:
        return list(points)
    return [points[round(place * (len(points) - 1) / (limit - 1))] for place in range(limit)]
