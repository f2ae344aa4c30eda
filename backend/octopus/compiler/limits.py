"""How large a document may be. Each limit has its reason beside it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from octopus.compiler.pointer import pointer
from octopus.domain.problem import FaultCode, Problem

MAX_DOCUMENT_STEPS = 2_000
"""Steps at the HTTP door unless OCTOPUS_MAX_DOCUMENT_STEPS says otherwise: what the canvas stays fluent with."""
EDGES_PER_STEP = 10
"""Edges allowed per allowed step; drawn pipelines have one to two."""
MAX_CANVAS_ITEMS = 2_000
"""Notes, groups, pipeline parameters, profiles: each."""
MAX_PARAMS_BYTES = 1_000_000
"""JSON text of one step's parameters; a command line carries a tenth of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`max_steps` None: no limit on steps and edges."""

    max_steps: int | None = MAX_DOCUMENT_STEPS

    @property
    def max_edges(self) -> int | None:
        return None if self.max_steps is None else self.max_steps * EDGES_PER_STEP


def limit_faults(value: dict[str, object], limits: Limits) -> Iterator[Problem]:
    """Which limits `value` exceeds. Asked before anything that costs more than counting."""
    counted = {
        "steps": limits.max_steps,
        "edges": limits.max_edges,
        **dict.fromkeys(("notes", "groups", "parameters", "profiles"), MAX_CANVAS_ITEMS),
    }
    for field, limit in counted.items():
        items = value.get(field)
        if limit is not None and isinstance(items, list | dict) and len(items) > limit:
            message = f"A document has at most {limit:,} {field}; this one has {len(items):,}."
            yield Problem(code=FaultCode.OVER_LIMIT, message=message, pointer=pointer(field))


def params_faults(value: dict[str, object]) -> Iterator[Problem]:
    """Steps whose parameters are too large to be kept."""
    steps = value.get("steps")
    for index, step in enumerate(steps if isinstance(steps, list) else []):
        params = step.get("params") if isinstance(step, dict) else None
        if params and len(json.dumps(params, ensure_ascii=False).encode()) > MAX_PARAMS_BYTES:
            message = f"The parameters of a step have at most {MAX_PARAMS_BYTES:,} bytes as JSON."
            yield Problem(code=FaultCode.OVER_LIMIT, message=message, pointer=pointer("steps", index, "params"))
