"""No step asks for more than the machine has: it would wait for ever."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def resources_exceed_machine(drawing: Drawing) -> Iterator[Problem]:
    cpus = drawing.machine.cpus
    for index, step in enumerate(drawing.document.steps):
        if step.policy.resources.cpus > cpus:
            yield Problem(
                code=ProblemCode.RESOURCES_EXCEED_MACHINE,
                message=f"`{step.id}` asks for {step.policy.resources.cpus} cpus; this machine has {cpus}.",
                pointer=pointer("steps", index, "policy", "resources", "cpus"),
                step_id=step.id,
            )
