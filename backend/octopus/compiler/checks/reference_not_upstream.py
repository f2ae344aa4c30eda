"""A step refers to metrics of steps before it only: those from which forward edges lead to it."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.graph import unreachable
from octopus.compiler.plan import MetricReference
from octopus.compiler.pointer import pointer
from octopus.compiler.reference import written
from octopus.domain.problem import Problem, ProblemCode


def reference_not_upstream(drawing: Drawing) -> Iterator[Problem]:
    asked = [
        (placed, placed.reference)
        for placed in drawing.references
        if isinstance(placed.reference, MetricReference) and placed.reference.step_id in drawing.steps
    ]
    if not asked or drawing.has_cycle:
        return
    pairs = {(reference.step_id, placed.step_id) for placed, reference in asked}
    wrong = unreachable(drawing.forward_graph, drawing.order, pairs)
    for placed, reference in asked:
        if (reference.step_id, placed.step_id) in wrong:
            yield Problem(
                code=ProblemCode.REFERENCE_NOT_UPSTREAM,
                message=f"`{written(reference)}` is not known when `{placed.step_id}` runs: no forward path leads from "
                f"`{reference.step_id}` to it. Refer to a step before it, or connect `{reference.step_id}` to its port "
                "`after`.",
                pointer=pointer("steps", placed.step_index, "params", *placed.place),
                step_id=placed.step_id,
            )
