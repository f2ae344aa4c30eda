"""The training pipeline of the tutorial, step by step along its edges: the threshold of its form decides in which
execution the forest passes (figures measured with scikit-learn 1.9, seed 42)."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from octopus.catalog.templates import template
from octopus.compiler.parse import parse
from octopus.compiler.reference import resolve
from octopus.domain.pipeline import Edge, PipelineDocument
from tests.steps.conftest import RunStep
from tests.support.step_processes import StepOutcome

RECALLS = (26 / 32, 28 / 32, 30 / 32)
"""Malignant tumours found by trees of depth 1, 2 and 4."""


def document() -> PipelineDocument:
    found = template("training_pipeline")
    assert found is not None
    parsed = parse(found.document)
    assert isinstance(parsed, PipelineDocument)
    return parsed


DOCUMENT = document()
DEFAULT = float(str(DOCUMENT.parameters["threshold"].default))
(LOOP,) = (edge for edge in DOCUMENT.edges if edge.kind == "loop")


@dataclass
class Played:
    """Runs one step after the other, its inputs from the edges; a loop edge delivers what its source emitted last."""

    run_step: RunStep
    outcomes: dict[str, StepOutcome] = field(default_factory=dict)

    def play(self, step_id: str, threshold: float = DEFAULT) -> StepOutcome:
        step = next(step for step in DOCUMENT.steps if step.id == step_id)
        params: Any = resolve(step.params, {"threshold": threshold}, {})
        if step.type == "evaluate":
            params["feature_importance"] = False
        found = {edge.target_port: self._value(edge) for edge in DOCUMENT.edges if edge.target == step_id}
        inputs = {port: path for port, path in found.items() if path is not None and port != "after"}
        outcome = self.run_step(step.type, inputs, **params)
        assert outcome.exit_code == 0, outcome.stderr
        self.outcomes[step_id] = outcome
        return outcome

    def _value(self, edge: Edge) -> Path | None:
        source = self.outcomes.get(edge.source)
        return source.ports.get(edge.source_port) if source else None


def test_the_threshold_decides_in_which_execution_it_passes(run_step: RunStep) -> None:
    played = Played(run_step)
    for step_id in ("load", "preprocess", "split"):
        played.play(step_id)
    recalls, passed = [], dict.fromkeys((0.8, DEFAULT, 0.9, 0.99), 0)
    for execution in range(1, (LOOP.max_iterations or 0) + 1):
        played.play("train")
        for threshold in passed:
            judged = played.play("evaluate", threshold)
            passed[threshold] = passed[threshold] or execution * ("pass" in judged.ports)
        recalls.append(judged.metrics["recall"])
        played.play("retrain")
    assert recalls == pytest.approx(RECALLS)
    assert passed == {0.8: 1, DEFAULT: 2, 0.9: 3, 0.99: 0}
    told = json.loads(played.outcomes["retrain"].ports["params"].read_text())
    assert [one["params"]["max_depth"] for one in told["_history"]] == [1, 2, 4]
    assert [one["metrics"]["recall"] for one in told["_history"]] == pytest.approx(RECALLS)
    metrics = played.play("validate").metrics
    assert metrics["recall"] == pytest.approx(0.875, abs=0.005)
    assert metrics["cv_recall"] == pytest.approx(0.838, abs=0.005)


def test_it_is_the_drawing_of_the_tutorial() -> None:
    assert [step.id for step in DOCUMENT.steps] == [
        *("load", "preprocess", "split", "train", "validate", "evaluate", "deploy", "retrain")
    ]
    drawn = {(edge.source, edge.target) for edge in DOCUMENT.edges if edge.kind == "data"}
    assert {
        *(("load", "preprocess"), ("preprocess", "split"), ("split", "train"), ("train", "validate")),
        *(("validate", "evaluate"), ("evaluate", "deploy"), ("evaluate", "retrain")),
    } <= drawn
    assert (LOOP.source, LOOP.target, LOOP.max_iterations, LOOP.on_limit) == ("retrain", "train", 3, "fail")
