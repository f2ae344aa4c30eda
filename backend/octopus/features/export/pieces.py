"""The parameters of a planned step -> texts of a command line, cut into pieces where metrics are filled in later."""

import re
from collections.abc import Iterator

from octopus.compiler.final_params import final_params
from octopus.compiler.parameter_text import parameter_text
from octopus.compiler.plan import MetricReference, PlannedStep
from octopus.features.export.embedded.model import Metric

Pieces = list[str | Metric]


def pieces_of(step: PlannedStep) -> dict[str, str | Pieces]:
    """Texts that are known, and lists of pieces."""
    marks = dict(zip(step.references, _marks(step), strict=True))
    texts = {name: parameter_text(value) for name, value in final_params(step, marks).items()}
    by_mark = {mark: reference for reference, mark in marks.items()}
    return {name: _cut(text, by_mark) for name, text in texts.items()}


def _marks(step: PlannedStep) -> Iterator[str]:
    """Letters that occur in none of the parameters and that JSON writes as they are."""
    everything = "".join(parameter_text(value) for value in step.params.values())
    fence = "m"
    while fence in everything:
        fence += "m"
    yield from (f"<{fence}{number}>" for number in range(len(step.references)))


def _cut(text: str, by_mark: dict[str, MetricReference]) -> str | Pieces:
    """A mark that is a JSON value of its own stands in quotes, between brackets, commas and colons."""
    if not any(mark in text for mark in by_mark):
        return text
    any_mark = "|".join(map(re.escape, by_mark))
    pieces: Pieces = []
    for part in re.split(rf'((?<=[\[,:])"(?:{any_mark})"(?=[\],}}])|(?:{any_mark}))', text):
        reference = by_mark.get(part.strip('"')) if part else None
        if reference is None:
            pieces += [part] if part else []
        else:
            pieces.append(Metric(reference.step_id, reference.name, in_json=part.startswith('"')))
    return pieces
