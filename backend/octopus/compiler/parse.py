"""The door for documents: a JSON value in, a normalised PipelineDocument out; old versions are upgraded on the way.

Only the shape is judged here. What the drawing means is judged by `check`, and its problems never keep a document from
being saved. The catalog plays no part: a label stays None, "the type's title", and clients show that title.
"""

from collections.abc import Iterable
from itertools import islice

from pydantic import ValidationError

from octopus.compiler.edge_defaults import with_edge_defaults
from octopus.compiler.id_faults import id_faults
from octopus.compiler.json_gate import json_faults
from octopus.compiler.limits import MAX_DOCUMENT_STEPS, Limits, limit_faults, params_faults
from octopus.compiler.shape_faults import shape_faults
from octopus.compiler.upgrades import upgraded
from octopus.compiler.wording import kind_of
from octopus.domain.errors import InvalidDocument
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.problem import FaultCode, Problem

FAULTS_SHOWN = 100
"""Faults listed for one document; a broken generator makes thousands of the same."""


def parse(value: object, *, max_steps: int | None = MAX_DOCUMENT_STEPS) -> PipelineDocument:
    """The document that `value` (a decoded JSON value) describes, every default filled in; idempotent.

    `max_steps` None: no limit on steps and edges. Raises InvalidDocument with every fault pinned to its place, and
    DocumentTooNew.
    """
    if not isinstance(value, dict):
        message = f"A pipeline document is an object, not {kind_of(value)}."
        raise InvalidDocument(message, problems=[Problem(code=FaultCode.WRONG_SHAPE, message=message)])
    limits = Limits(max_steps)
    _refuse(limit_faults(value, limits))
    _refuse(json_faults(value))
    present = with_edge_defaults(upgraded(value))
    _refuse(limit_faults(present, limits))
    _refuse(params_faults(present))
    document = _shaped(present)
    _refuse(id_faults(document))
    return document


def _shaped(value: dict[str, object]) -> PipelineDocument:
    try:
        return PipelineDocument.model_validate(value)
    except ValidationError as error:
        _refuse(shape_faults(error, value))
        raise


def _refuse(faults: Iterable[Problem]) -> None:
    found = tuple(islice(faults, FAULTS_SHOWN))
    if not found:
        return
    others = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    place = f"at {found[0].pointer}: " if found[0].pointer else ""
    raise InvalidDocument(f"The document is not valid, {place}{found[0].message}{others}", problems=found)
