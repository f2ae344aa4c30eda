"""Every required input port has a forward edge; a loop edge does not count, its value comes too late."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def missing_input(drawing: Drawing) -> Iterator[Problem]:
    connected = {(edge.target, edge.target_port) for _, edge in drawing.forward_edges}
    looped = {(edge.target, edge.target_port) for edge in drawing.document.edges if edge.kind == "loop"}
    for index, step, step_type in drawing.known_steps():
        for port in step_type.inputs:
            if port.required and (step.id, port.name) not in connected:
                more = " by a forward edge: the loop's comes only with the second iteration"
                how = more if (step.id, port.name) in looped else ""
                yield Problem(
                    code=ProblemCode.MISSING_INPUT,
                    message=f"The input `{port.name}` of `{step.id}` is required; connect a {port.type} to it{how}.",
                    pointer=pointer("steps", index),
                    step_id=step.id,
                    port=port.name,
                )
