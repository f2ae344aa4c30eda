"""The edges of a plan: of those drawn the ones between steps in scope."""

from collections.abc import Collection, Iterable

from octopus.compiler.plan import PlannedEdge, PlannedLoop
from octopus.domain.pipeline import PipelineDocument


def planned_edges(
    document: PipelineDocument, in_scope: Collection[str], loops: Iterable[PlannedLoop]
) -> tuple[PlannedEdge, ...]:
    """In document order; loop edges only if they are among `loops`."""
    repeating = {loop.edge_id for loop in loops}
    return tuple(
        PlannedEdge(edge.id, edge.source, edge.source_port, edge.target, edge.target_port, edge.kind)
        for edge in document.edges
        if edge.source in in_scope and edge.target in in_scope and (edge.kind == "data" or edge.id in repeating)
    )
