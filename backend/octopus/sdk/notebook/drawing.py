"""A pipeline document -> SVG: a card per step in its type's colour, the edges, and statuses if there are any."""

from collections.abc import Iterator, Mapping

from octopus.domain.pipeline import Edge, PipelineDocument, Step
from octopus.sdk.known_types import KnownTypes
from octopus.sdk.notebook.layout import CARD_HEIGHT, CARD_WIDTH, Layout, Spot, layout
from octopus.sdk.notebook.looks import CHARACTERS_ON_A_CARD, COLOURS, shown, status_colour

MOST_CARDS = 400
"""More would be a page of their own."""
_FONT = "font-family='system-ui, sans-serif'"
Line = tuple[Spot, Spot, Spot, Spot]
"""A curve: its beginning, the two points that bend it, its end."""
_EDGE, _LOOP = "#78909c", "#ad1457"


def drawing(
    document: PipelineDocument, step_types: KnownTypes | None = None, statuses: Mapping[str, str] | None = None
) -> str:
    """An `<svg>` element; a sentence for a pipeline without steps or with too many. `statuses`: of a run, by step."""
    if not 0 < len(document.steps) <= MOST_CARDS:
        return f"<p>{shown(document.name)}: {len(document.steps)} steps</p>"
    types, placed = step_types or KnownTypes(), layout(document)
    lines = [(edge, line) for edge in document.edges if (line := _line(edge, placed)) is not None]
    parts = [
        *(part for edge, line in lines for part in _edge(edge, line, placed.is_upright)),
        *(part for step in document.steps for part in _card(step, placed.spots[step.id], types, statuses or {})),
    ]
    left, top, width, height = _frame(placed, [point for _, line in lines for point in line])
    size = f"width='{width:.0f}' height='{height:.0f}' viewBox='{left:.0f} {top:.0f} {width:.0f} {height:.0f}'"
    title = f"<title>{shown(document.name)}</title>"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' role='img' {size} style='max-width:100%;height:auto' {_FONT}>"
        f"{title}{''.join(parts)}</svg>"
    )


def _frame(placed: Layout, points: list[Spot]) -> tuple[float, float, float, float]:
    """Left, top, width and height of everything; a curve lies between its four points."""
    xs, ys = [0.0, placed.width, *(x for x, _ in points)], [0.0, placed.height, *(y for _, y in points)]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


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


def _edge(edge: Edge, line: Line, is_upright: bool) -> Iterator[str]:
    is_loop = edge.kind == "loop"
    (x1, y1), (bend1, bend2), (x2, y2) = line[0], line[1:3], line[3]
    colour = _LOOP if is_loop else _EDGE
    dashes = " stroke-dasharray='5 4'" if is_loop else ""
    curve = " ".join(f"{x:.0f} {y:.0f}" for x, y in (bend1, bend2, (x2, y2)))
    yield f"<path d='M {x1:.0f} {y1:.0f} C {curve}' fill='none' stroke='{colour}' stroke-width='1.4'{dashes}/>"
    yield _head(x2, y2, colour, is_upright, is_loop)
    if edge.label:
        middle = [(a + 3 * b + 3 * c + d) / 8 for a, b, c, d in zip(*line, strict=True)]
        words = shown(edge.label, CHARACTERS_ON_A_CARD)
        yield f"<text x='{middle[0] + 5:.0f}' y='{middle[1]:.0f}' font-size='10' fill='{colour}'>{words}</text>"


def _line(edge: Edge, placed: Layout) -> Line | None:
    """From the side where a card's outputs are to that of the inputs. A loop leaves and comes back at one flank; what
    would run through other cards passes them on the other side."""
    source, target = placed.spots.get(edge.source), placed.spots.get(edge.target)
    if source is None or target is None:
        return None
    upright, is_loop = placed.is_upright, edge.kind == "loop"
    if is_loop:
        flank = (1.0, 0.5) if upright else (0.5, 1.0)
        start, end = _at(source, *flank), _at(target, *flank)
        return start, _moved(start, upright, 0, 60), _moved(end, upright, 0, 60), end
    start = _at(source, *((0.5, 1.0) if upright else (1.0, 0.5)))
    end = _at(target, *((0.5, 0.0) if upright else (0.0, 0.5)))
    along = 1 if upright else 0
    aside = -(CARD_WIDTH if upright else CARD_HEIGHT) if _is_in_the_way(placed, start, end) else 0.0
    bend = max(18.0, abs(end[along] - start[along]) / (4 if aside else 2))
    return start, _moved(start, upright, bend, aside), _moved(end, upright, -bend, aside), end


def _is_in_the_way(placed: Layout, start: Spot, end: Spot) -> bool:
    """Whether a card lies across the straight way."""
    middles = [_at(spot, 0.5, 0.5) for spot in placed.spots.values()]
    along, across, half = (1, 0, CARD_WIDTH / 2) if placed.is_upright else (0, 1, CARD_HEIGHT / 2)
    if abs(end[across] - start[across]) >= half:
        return False
    return any(
        start[along] < middle[along] < end[along] and abs(middle[across] - start[across]) < half for middle in middles
    )


def _moved(spot: Spot, is_upright: bool, along: float, across: float) -> Spot:
    return (spot[0] + across, spot[1] + along) if is_upright else (spot[0] + along, spot[1] + across)


def _at(spot: Spot, across: float, down: float) -> Spot:
    return spot[0] + CARD_WIDTH * across, spot[1] + CARD_HEIGHT * down


def _head(x: float, y: float, colour: str, is_upright: bool, is_loop: bool) -> str:
    if is_loop:
        points = [(x, y), (x + 7, y - 4), (x + 7, y + 4)] if is_upright else [(x, y), (x - 4, y + 7), (x + 4, y + 7)]
    else:
        points = [(x, y), (x - 4, y - 7), (x + 4, y - 7)] if is_upright else [(x, y), (x - 7, y - 4), (x - 7, y + 4)]
    return f"<polygon points='{' '.join(f'{px:.0f},{py:.0f}' for px, py in points)}' fill='{colour}'/>"
