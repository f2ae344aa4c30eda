"""Draft: the parts of a pipeline document while it is being built, each checked as the server's door checks it."""

from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any

from octopus.compiler.parse import parse
from octopus.compiler.wording import did_you_mean, names
from octopus.domain.errors import InvalidDocument, UnknownName
from octopus.domain.pipeline import SCHEMA_VERSION, Edge, PipelineDocument, Step
from octopus.domain.problem import FaultCode, Problem

_STAND_IN = "ingest"


class Draft:
    """`document` is normalised, whatever was done; ids are unique and every edge joins two steps that are there."""

    def __init__(self, document: PipelineDocument) -> None:
        self._rest = document.model_copy(update={"steps": (), "edges": ()})
        self.steps = {step.id: step for step in document.steps}
        self.edges = {edge.id: edge for edge in document.edges}
        self._document: PipelineDocument | None = document
        self._free = count(1)

    @property
    def document(self) -> PipelineDocument:
        if self._document is None:
            parts = {"steps": tuple(self.steps.values()), "edges": tuple(self.edges.values())}
            self._document = self._rest.model_copy(update=parts)
        return self._document

    def require(self, step_id: str) -> Step:
        """Raises UnknownName."""
        if (found := self.steps.get(step_id)) is None:
            hint = did_you_mean(step_id, list(self.steps))
            there = f" There are {names(self.steps)}." if self.steps else ""
            raise UnknownName(f"The pipeline has no step `{step_id}`{hint}{there}")
        return found

    def add_step(self, fields: Mapping[str, Any]) -> Step:
        """Raises InvalidDocument."""
        if fields["id"] in self.steps:
            raise _twice("a step", fields["id"], FaultCode.DUPLICATE_STEP_ID)
        return self.put_step(fields)

    def put_step(self, fields: Mapping[str, Any]) -> Step:
        """A new step, or another in the place of that id. Raises InvalidDocument."""
        index = list(self.steps).index(fields["id"]) if fields["id"] in self.steps else len(self.steps)
        found = _parsed({"steps": [dict(fields)]}, "/steps/0", f"/steps/{index}").steps[0]
        self.steps[found.id] = found
        self._document = None
        return found

    def put_edge(self, fields: Mapping[str, Any]) -> Edge:
        """A new edge with the first free id, or with its own. Raises InvalidDocument."""
        edge_id = fields.get("id") or self._free_edge_id()
        if edge_id in self.edges:
            raise _twice("an edge", edge_id, FaultCode.DUPLICATE_EDGE_ID)
        ends = dict.fromkeys((fields["source"], fields["target"]))
        steps = [{"id": end, "type": _STAND_IN} for end in ends]
        edge = {**fields, "id": edge_id}
        found = _parsed({"steps": steps, "edges": [edge]}, "/edges/0", f"/edges/{len(self.edges)}").edges[0]
        self.edges[found.id] = found
        self._document = None
        return found

    def remove_step(self, step_id: str) -> None:
        """With its edges. Raises UnknownName."""
        self.require(step_id)
        del self.steps[step_id]
        gone = [edge.id for edge in self.edges.values() if step_id in (edge.source, edge.target)]
        self.remove_edges(gone)

    def remove_edges(self, edge_ids: Iterable[str]) -> None:
        for edge_id in edge_ids:
            self.edges.pop(edge_id, None)
        self._document, self._free = None, count(1)

    def change(self, **fields: Any) -> None:
        """Anything but steps and edges. Raises InvalidDocument."""
        whole = {**self._rest.model_dump(mode="json"), **fields}
        self._rest = parse(whole).model_copy(update={"steps": (), "edges": ()})
        self._document = None

    def free_step_id(self, type_id: str) -> str:
        """Named after the type: `train`, `train_2`, ..."""
        stem = "".join(c if c.isalnum() and c.isascii() else "_" for c in type_id.rpartition("/")[2].lower()).strip("_")
        stem = stem if stem[:1].isalpha() else f"step_{stem}".rstrip("_")
        tries = (stem[:56] if n == 1 else f"{stem[:56]}_{n}" for n in count(1))
        return next(name for name in tries if name not in self.steps)

    def _free_edge_id(self) -> str:
        return next(name for name in (f"e{n}" for n in self._free) if name not in self.edges)


def _parsed(parts: dict[str, Any], here: str, there: str) -> PipelineDocument:
    """A part is judged in a document of its own; its faults are pinned to the place it has in the pipeline."""
    try:
        return parse({"schema_version": SCHEMA_VERSION, "name": "part", **parts})
    except InvalidDocument as error:
        problems = [_moved(problem, here, there) for problem in error.problems]
        raise InvalidDocument(error.detail.replace(here, there, 1), problems=problems) from None


def _moved(problem: Problem, here: str, there: str) -> Problem:
    if not problem.pointer.startswith(here):
        return problem
    return problem.model_copy(update={"pointer": there + problem.pointer.removeprefix(here)})


def _twice(what: str, name: str, code: FaultCode) -> InvalidDocument:
    message = f"There is {what} `{name}` already."
    return InvalidDocument(message, problems=[Problem(code=code, message=message)])
