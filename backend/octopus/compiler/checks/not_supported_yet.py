"""What a document may say and this version cannot do is refused by name, never ignored."""

from collections.abc import Iterator

from octopus.compiler.drawing import Drawing
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode


def not_supported_yet(drawing: Drawing) -> Iterator[Problem]:
    for index, step in enumerate(drawing.document.steps):
        resources = step.policy.resources
        asked = (
            (resources.gpus > 0, "requests for GPUs", "gpus"),
            (resources.memory_mb is not None, "limits on memory (`memory_mb`)", "memory_mb"),
        )
        for is_asked, what, field in asked:
            if is_asked:
                yield Problem(
                    code=ProblemCode.NOT_SUPPORTED_YET,
                    message=f"This version of octopus does not support {what} yet.",
                    pointer=pointer("steps", index, "policy", "resources", field),
                    step_id=step.id,
                )
