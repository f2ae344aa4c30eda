"""Faults between parts of a document: ids used twice, edges to steps that do not exist."""

from collections.abc import Iterator, Sequence

from octopus.compiler.pointer import pointer
from octopus.compiler.wording import did_you_mean
from octopus.domain.pipeline import Edge, PipelineDocument
from octopus.domain.problem import FaultCode, Problem


def id_faults(document: PipelineDocument) -> Iterator[Problem]:
    """Every such fault, steps first, then edges, in document order."""
    step_ids = [step.id for step in document.steps]
    for index in _repeated(step_ids):
        yield Problem(
            code=FaultCode.DUPLICATE_STEP_ID,
            message=f"There is already a step `{step_ids[index]}`; every step needs an id of its own.",
            pointer=pointer("steps", index, "id"),
            step_id=step_ids[index],
        )
    edge_ids = [edge.id for edge in document.edges]
    for index in _repeated(edge_ids):
        yield Problem(
            code=FaultCode.DUPLICATE_EDGE_ID,
            message=f"There is already an edge `{edge_ids[index]}`; every edge needs an id of its own.",
            pointer=pointer("edges", index, "id"),
            edge_id=edge_ids[index],
        )
    known = dict.fromkeys(step_ids)
    for index, edge in enumerate(document.edges):
        if edge.source not in known:
            yield _unknown_step(index, edge, "source", "starts at", edge.source, step_ids)
        if edge.target not in known:
            yield _unknown_step(index, edge, "target", "ends at", edge.target, step_ids)


def _repeated(ids: Sequence[str]) -> Iterator[int]:
    seen: set[str] = set()
    for index, identifier in enumerate(ids):
        if identifier in seen:
            yield index
        seen.add(identifier)


def _unknown_step(index: int, edge: Edge, field: str, verb: str, step_id: str, known: Sequence[str]) -> Problem:
    return Problem(
        code=FaultCode.UNKNOWN_STEP,
        message=f"Edge `{edge.id}` {verb} step `{step_id}`, which does not exist{did_you_mean(step_id, known)}",
        pointer=pointer("edges", index, field),
        edge_id=edge.id,
    )
