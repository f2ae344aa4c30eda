"""What is run: pipelines as documents. The steps of the chain and the fan-out are entry points of a small MLproject
that knows nothing of octopus; the training pipeline is the template."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import octopus

Document = dict[str, Any]
PROJECT = Path(__file__).parent / "project"
TEMPLATE = Path(octopus.__file__).parent / "catalog" / "templates" / "training_pipeline.json"
PASSES_AT_ONCE = 0.8
"""With this threshold the first forest is good enough: seven steps, each once."""


@dataclass(frozen=True, slots=True)
class Workload:
    """`goal`: at most this part of the shell loop's time. `warm_rounds`, `loop_rounds`: how often each way is measured;
    `goes_cold`: octopus' cold way is, once, which also tells the commands of the shell loop; one that does not needs
    another workload of the same entry point that does. `loop_like`: the shell loop of that workload stands for this
    one's, step by step."""

    name: str
    document: Document
    steps: int
    goal: float
    warm_rounds: int = 10
    loop_rounds: int = 0
    goes_cold: bool = False
    loop_like: str | None = None


def chain(entry_point: str, length: int) -> Document:
    names = [f"s{number}" for number in range(length)]
    return _document(f"Chain of {length}", entry_point, names, list(pairwise(names)))


def fan_out(entry_point: str, width: int) -> Document:
    """One step, `width` that follow it, one that waits for all of them."""
    middle = [f"m{number}" for number in range(width)]
    wires = [("first", name) for name in middle] + [(name, "last") for name in middle]
    return _document(f"Fan-out of {width}", entry_point, ["first", *middle, "last"], wires)


def training() -> Document:
    document: Document = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    document["parameters"]["threshold"]["default"] = PASSES_AT_ONCE
    return document


def _document(name: str, entry_point: str, steps: Sequence[str], wires: Sequence[tuple[str, str]]) -> Document:
    return {
        "schema_version": 1,
        "name": f"{name}, {entry_point}",
        "steps": [{"id": step, "type": f"bench/{entry_point}"} for step in steps],
        "edges": [
            {"source": source, "source_port": "artifacts", "target": target, "target_port": "after"}
            for source, target in wires
        ],
    }
