"""What a step receives must fit on the command line of its process.

Linux allows 128 KiB for one argument, and `mlflow run` hands the whole command to a shell as one argument.
"""

import shlex
from collections.abc import Iterator, Mapping

from octopus.compiler.drawing import Drawing
from octopus.compiler.parameter_text import parameter_text
from octopus.compiler.pointer import pointer
from octopus.compiler.prospect import MAX_REFERRED_IN_ALL, Prospect
from octopus.domain.ports import AFTER
from octopus.domain.problem import Problem, ProblemCode

MAX_COMMAND_BYTES = 100_000
"""Leaves 28 KiB of the 128 for the command itself and for paths longer than usual."""
PATH_BYTES = 160
"""What one delivered value takes up: the usual path of an artifact."""


def parameters_too_large(drawing: Drawing) -> Iterator[Problem]:
    if drawing.referred > MAX_REFERRED_IN_ALL:
        yield Problem(
            code=ProblemCode.PARAMETERS_TOO_LARGE,
            message=f"The steps refer to parameters of the pipeline that take {drawing.referred:,} characters in all, "
            f"counted once per reference; at most {MAX_REFERRED_IN_ALL:,} are written out. Put large values into a "
            "file.",
            pointer=pointer("parameters"),
        )
        return
    delivered = dict.fromkeys(drawing.steps, 0)
    for _, edge in drawing.forward_edges:
        delivered[edge.target] += edge.target_port != AFTER
    for index, step in enumerate(drawing.document.steps):
        seen = drawing.prospects[step.id]
        size_bytes = _params_bytes(seen) + delivered[step.id] * PATH_BYTES
        if size_bytes > MAX_COMMAND_BYTES:
            yield Problem(
                code=ProblemCode.PARAMETERS_TOO_LARGE,
                message=f"Parameters and inputs of `{step.id}` take {size_bytes:,} bytes on a command line; at most "
                f"{MAX_COMMAND_BYTES:,} fit. Put large values into a file, or join fewer edges here.",
                pointer=pointer("steps", index, "params"),
                step_id=step.id,
            )


def _params_bytes(seen: Mapping[str, Prospect]) -> int:
    """Of what is too large to be written out, what it has at least."""
    return sum(
        found.least_bytes or len(shlex.quote(f"{name}={parameter_text(found.value)}").encode())
        for name, found in seen.items()
    )
