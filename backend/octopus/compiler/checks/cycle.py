"""Forward edges form no cycle: no step may wait for itself."""

from collections.abc import Iterator, Sequence

from octopus.compiler.drawing import Drawing
from octopus.compiler.graph import cycles
from octopus.compiler.pointer import pointer
from octopus.domain.problem import Problem, ProblemCode

MEMBERS_SHOWN = 12
"""Members of a cycle named in its message; the longest legible row."""


def cycle(drawing: Drawing) -> Iterator[Problem]:
    found = cycles(drawing.forward_graph)
    between = {(edge.source, edge.target): (index, edge) for index, edge in drawing.forward_edges} if found else {}
    for members in found:
        index, edge = max(
            (between[pair] for pair in zip(members, [*members[1:], members[0]], strict=True)), key=lambda pair: pair[0]
        )
        yield Problem(
            code=ProblemCode.CYCLE,
            message=f"These steps form a cycle and would wait for one another for ever: {_row(members)}. "
            f"Remove an edge, for example `{edge.id}`, or make it a loop edge to repeat the steps between.",
            pointer=pointer("edges", index),
            step_id=members[0],
            edge_id=edge.id,
        )


def _row(members: Sequence[str]) -> str:
    hidden = len(members) - MEMBERS_SHOWN
    rest = [f"({hidden} more)"] if hidden > 0 else []
    return " → ".join([*members[:MEMBERS_SHOWN], *rest, members[0]])
