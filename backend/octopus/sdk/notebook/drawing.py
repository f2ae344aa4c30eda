"""A pipeline document -> SVG: a card per step in its type's colour, the edges, and statuses if there are any."""

from collections.abc import Iterator, Mapping

from octopus.domain.pipeline import Edge, PipelineDocument, Step
from octopus.sdk.known_types import KnownTypes
from octopus.sdk.notebook.layout import CARD_HEIGHT, CARD_WIDTH, Layout, Spot, layout
from octopus.sdk.notebook.looks import CHARACTERS_ON_A_CARD, COLOURS, shown, status_colour

MOST_CARDS = 400
"""More would be a page of their own."""
_FONT = "font-family='system-ui, sans-serif'"
_EDGE, _LOOP = "#78909c", "#ad1457"


def drawing(
    document: PipelineDocument, step_types: KnownTypes | None = None, statuses: Mapping[str, str] | None = None
) -> str:
    """An `<svg>` element; a sentence for a pipeline without steps or with too many. `statuses`: of a run, by step."""
    if not 0 < len(document.steps) <= MOST_CARDS:
        return f"<p>{shown(document.name)}: {len(document.steps)} steps</p>"
    types, placed = step_types or KnownTypes(), layout(document)
    parts = [
        *(part for edge in document.edges for part in _edge(edge, placed)),
        *(part for step in document.steps for part in _card(step, placed.spots[step.id], types, statuses or {})),
    ]
    size = (
        f"width='{placed.width:.0f}' height='{placed.height:.0f}' viewBox='0 0 {placed.width:.0f} {placed.height:.0f}'"
    )
    title = f"<title>{shown(document.name)}</title>"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' role='img' {size} style='max-width:100%;height:auto' {_FONT}>"
        f"{title}{''.join(parts)}</svg>"
    )


def _card(step: Step, spot: Spot, types: KnownTypes, statuses: Mapping[str, str]) -> Iterator[str]:
    x, y = spot
    kind = types.find(step.type)
    colour = COLOURS.get(kind.colour if kind else "generic", COLOURS["generic"])
    status = statuses.get(step.id)
    stroke = status_colour(status) if status else colour
    faded = "" if step.enabled else " opacity='0.45'"
    label = step.label or (kind.title if kind else step.type)
    yield f"<g{faded}><title>{shown(step.id)} ({shown(step.type)}){f': {shown(status)}' if status else ''}</title>"
    yield (
        f"<rect x='{x:.0f}' y='{y:.0f}' width='{CARD_WIDTH:.0f}' height='{CARD_HEIGHT:.0f}' rx='7' fill='{colour}' "
        f"fill-opacity='0.10' stroke='{stroke}' stroke-width='{2.5 if status else 1.2}'/>"
    )
    yield _text(x + 12, y + 20, label, 13, "600", "currentColor")
    yield _text(x + 12, y + 36, status.replace("_", " ") if status else step.id, 11, "400", stroke)
    yield "</g>"


def _text(x: float, y: float, text: str, size: int, weight: str, colour: str) -> str:
    words = shown(text, CHARACTERS_ON_A_CARD)
    return f"<text x='{x:.0f}' y='{y:.0f}' font-size='{size}' font-weight='{weight}' fill='{colour}'>{words}</text>"


def _edge(edge: Edge, placed: Layout) -> Iterator[str]:
    ends = placed.spots.get(edge.source), placed.spots.get(edge.target)
    if ends[0] is None or ends[1] is None:
        return
    is_loop = edge.kind == "loop"
    (x1, y1), (x2, y2), path = _way(ends[0], ends[1], placed.is_upright, is_loop)
    colour = _LOOP if is_loop else _EDGE
    dashes = " stroke-dasharray='5 4'" if is_loop else ""
    yield f"<path d='{path}' fill='none' stroke='{colour}' stroke-width='1.4'{dashes}/>"
    yield _head(x2, y2, colour, placed.is_upright, is_loop)
    if edge.label:
        words = shown(edge.label, CHARACTERS_ON_A_CARD)
        place = f"x='{(x1 + x2) / 2 + 5:.0f}' y='{(y1 + y2) / 2:.0f}'"
        yield f"<text {place} font-size='10' fill='{colour}'>{words}</text>"


def _way(source: Spot, target: Spot, is_upright: bool, is_loop: bool) -> tuple[Spot, Spot, str]:
    """From the side where a card's outputs are to that of the inputs; a loop leaves and comes back at the flank."""
    if is_upright and is_loop:
        start, end = _at(source, 1, 0.5), _at(target, 1, 0.5)
        bends = ((start[0] + 50, start[1]), (end[0] + 50, end[1]))
    elif is_upright:
        start, end = _at(source, 0.5, 1), _at(target, 0.5, 0)
        bend = max(18.0, abs(end[1] - start[1]) / 2)
        bends = ((start[0], start[1] + bend), (end[0], end[1] - bend))
    elif is_loop:
        start, end = _at(source, 0.5, 1), _at(target, 0.5, 1)
        bends = ((start[0], start[1] + 40), (end[0], end[1] + 40))
    else:
        start, end = _at(source, 1, 0.5), _at(target, 0, 0.5)
        bend = max(18.0, abs(end[0] - start[0]) / 2)
        bends = ((start[0] + bend, start[1]), (end[0] - bend, end[1]))
    points = " ".join(f"{x:.0f} {y:.0f}" for x, y in (*bends, end))
    return start, end, f"M {start[0]:.0f} {start[1]:.0f} C {points}"


def _at(spot: Spot, across: float, down: float) -> Spot:
    return spot[0] + CARD_WIDTH * across, spot[1] + CARD_HEIGHT * down


def _head(x: float, y: float, colour: str, is_upright: bool, is_loop: bool) -> str:
    if is_loop:
        points = [(x, y), (x + 7, y - 4), (x + 7, y + 4)] if is_upright else [(x, y), (x - 4, y + 7), (x + 4, y + 7)]
    else:
        points = [(x, y), (x - 4, y - 7), (x + 4, y - 7)] if is_upright else [(x, y), (x - 7, y - 4), (x - 7, y + 4)]
    return f"<polygon points='{' '.join(f'{px:.0f},{py:.0f}' for px, py in points)}' fill='{colour}'/>"
