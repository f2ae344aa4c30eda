"""A pipeline needs at least one step that is enabled."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def nothing_to_run(drawing: Drawing) -> Iterator[Problem]:
    steps = drawing.document.steps
    if not any(step.enabled for step in steps):
        why = "every step is disabled; enable one" if steps else "the pipeline has no steps; add one from the palette"
        yield Problem(code=ProblemCode.NOTHING_TO_RUN, message=f"Nothing to run: {why}.", pointer=pointer("steps"))
