"""An edge begins at an output port and ends at an input port, both declared by the step types."""

from collections.abc import Iterator, Mapping

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.wording import names
from octopus.domain.pipeline import Edge
from octopus.domain.problem import Problem, ProblemCode


def unknown_port(drawing: Drawing) -> Iterator[Problem]:
    for index, edge in enumerate(drawing.document.edges):
        if edge.source in drawing.outputs and edge.source_port not in drawing.outputs[edge.source]:
            yield _problem(drawing, index, edge, "source")
        if edge.target in drawing.inputs and edge.target_port not in drawing.inputs[edge.target]:
            yield _problem(drawing, index, edge, "target")


def _problem(drawing: Drawing, index: int, edge: Edge, end: str) -> Problem:
    outputs, inputs = "output", "input"
    if end == "source":
        step_id, port, wanted, other = edge.source, edge.source_port, outputs, inputs
        here: Mapping[str, object] = drawing.outputs[step_id]
        there: Mapping[str, object] = drawing.inputs[step_id]
    else:
        step_id, port, wanted, other = edge.target, edge.target_port, inputs, outputs
        here, there = drawing.inputs[step_id], drawing.outputs[step_id]
    known = f"it has {names(here)}" if here else "it has none"
    wrong_way = f" (`{port}` is an {other} port)" if port in there else ""
    return Problem(
        code=ProblemCode.UNKNOWN_PORT,
        message=f"`{step_id}` has no {wanted} port `{port}`{wrong_way}; {known}.",
        pointer=pointer("edges", index, f"{end}_port"),
        step_id=step_id,
        port=port,
        edge_id=edge.id,
    )
