"""Where the cards of a drawing stand: steps in layers by their longest way from a beginning, each under those it
takes from. For looking at; the editor lays out with more care."""

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean

from octopus.domain.pipeline import PipelineDocument

CARD_WIDTH, CARD_HEIGHT = 168.0, 46.0
GAP_ALONG, GAP_ACROSS, MARGIN = 44.0, 28.0, 14.0

Spot = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """`spots`: top-left corner of every card, in pixels."""

    spots: dict[str, Spot]
    width: float
    height: float
    is_upright: bool


def layout(document: PipelineDocument) -> Layout:
    """Positions that every step has are kept; else all are computed."""
    is_upright = document.direction == "TB"
    if document.steps and all(step.position is not None for step in document.steps):
        spots = {step.id: (step.position.x, step.position.y) for step in document.steps if step.position}
    else:
        spots = _computed(document, is_upright)
    left = min((x for x, _ in spots.values()), default=0.0)
    top = min((y for _, y in spots.values()), default=0.0)
    moved = {step: (x - left + MARGIN, y - top + MARGIN) for step, (x, y) in spots.items()}
    width = max((x for x, _ in moved.values()), default=0.0) + CARD_WIDTH + MARGIN
    height = max((y for _, y in moved.values()), default=0.0) + CARD_HEIGHT + MARGIN
    return Layout(moved, width, height, is_upright)


def _computed(document: PipelineDocument, is_upright: bool) -> dict[str, Spot]:
    before: dict[str, list[str]] = defaultdict(list)
    for edge in document.edges:
        if edge.kind == "data":
            before[edge.target].append(edge.source)
    layers: dict[int, list[str]] = defaultdict(list)
    for step, layer in _layers([step.id for step in document.steps], before).items():
        layers[layer].append(step)
    across = (CARD_WIDTH if is_upright else CARD_HEIGHT) + GAP_ACROSS
    along = (CARD_HEIGHT if is_upright else CARD_WIDTH) + GAP_ALONG
    places: dict[str, float] = {}
    spots: dict[str, Spot] = {}
    for number in sorted(layers):
        wanted = {step: _mean([places[one] for one in before[step] if one in places]) for step in layers[number]}
        ordered = sorted(layers[number], key=lambda step: wanted[step])
        middle = (len(ordered) - 1) / 2
        for index, step in enumerate(ordered):
            places[step] = (index - middle) * across
            spots[step] = (places[step], number * along) if is_upright else (number * along, places[step])
    return spots


def _layers(steps: list[str], before: dict[str, list[str]]) -> dict[str, int]:
    """The longest way to each step. What stands in a circle, which is a problem and not a drawing, comes last."""
    after: dict[str, list[str]] = defaultdict(list)
    waits = {step: len(before[step]) for step in steps}
    for step in steps:
        for one in before[step]:
            after[one].append(step)
    found = dict.fromkeys((step for step in steps if not waits[step]), 0)
    ready = list(found)
    while ready:
        step = ready.pop()
        for follower in after[step]:
            found[follower] = max(found.get(follower, 0), found[step] + 1)
            waits[follower] -= 1
            if not waits[follower]:
                ready.append(follower)
    last = max(found.values(), default=-1) + 1
    return {step: found[step] if not waits[step] else last for step in steps}


def _mean(values: list[float]) -> float:
    return fmean(values) if values else 0.0
