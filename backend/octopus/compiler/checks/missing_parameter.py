"""Every required parameter has a value; one that is a port too may have a forward edge instead."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.compiler.schema import required_parameters
from octopus.domain.problem import Problem, ProblemCode


def missing_parameter(drawing: Drawing) -> Iterator[Problem]:
    fed = {(edge.target, edge.target_port) for _, edge in drawing.forward_edges}
    for index, step, step_type in drawing.known_steps():
        for name in required_parameters(step_type):
            if name not in step.params and (step.id, name) not in fed:
                yield Problem(
                    code=ProblemCode.MISSING_PARAMETER,
                    message=f"The parameter `{name}` of `{step.id}` is required and has no value.",
                    pointer=pointer("steps", index, "params", name),
                    step_id=step.id,
                )
