"""evaluate: criteria against real metrics decide the branch; raw and transformed rows are never confused."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from octopus.steps.modelling.verdict import Check, together, verdict_of
from tests.steps.conftest import RunStep
from tests.steps.modelling_cases import numbers, three_classes, two_classes

TEST = two_classes(80, seed=2)


@pytest.fixture
def model(run_step: RunStep) -> Path:
    return run_step("train", {"train": two_classes()}, algorithm="logistic").ports["model"]


def criterion(metric: str, threshold: float, direction: str = "auto") -> dict[str, Any]:
    return {"metric": metric, "threshold": threshold, "direction": direction}


def test_all_criteria_hold_so_the_model_passes(run_step: RunStep, model: Path) -> None:
    outcome = run_step(
        "evaluate", {"model": model, "test": TEST}, criteria=[criterion("accuracy", 0.8), criterion("log_loss", 5)]
    )
    assert sorted(outcome.ports) == ["metrics", "pass", "report"]
    assert outcome.ports["pass"] == model
    assert "verdict: VALIDATED" in outcome.stdout


def test_one_criterion_is_missed_so_it_fails_without_failing_the_step(run_step: RunStep, model: Path) -> None:
    outcome = run_step(
        "evaluate", {"model": model, "test": TEST}, criteria=[criterion("accuracy", 0.1), criterion("fp", -1)]
    )
    assert outcome.exit_code == 0
    assert sorted(outcome.ports) == ["fail", "metrics", "report"]
    table = next(block for block in outcome.card["blocks"] if block.get("title") == "Criteria")
    assert [row[0] for row in table["rows"]] == ["yes", "no"]


def test_without_criteria_it_passes_as_unknown(run_step: RunStep, model: Path) -> None:
    outcome = run_step("evaluate", {"model": model, "test": TEST})
    assert "pass" in outcome.ports
    assert "verdict: UNKNOWN" in outcome.stdout


@pytest.mark.parametrize(("direction", "port"), [("at_least", "fail"), ("at_most", "pass")])
def test_the_direction_can_be_turned(run_step: RunStep, model: Path, direction: str, port: str) -> None:
    criteria = [criterion("accuracy", 0.9999, direction)]
    assert port in run_step("evaluate", {"model": model, "test": TEST}, criteria=criteria).ports


def test_a_criterion_on_nan_never_holds() -> None:
    assert not Check("x", float("nan"), True, 0).holds
    assert not Check("x", float("nan"), False, 0).holds
    assert verdict_of([]) == "UNKNOWN"
    assert together(["VALIDATED", "REJECTED", "UNKNOWN"]) == "REJECTED"
    assert together(["UNKNOWN", "VALIDATED"]) == "VALIDATED"
    assert together([]) == "UNKNOWN"


def test_a_metric_that_does_not_exist_is_answered_with_those_that_do(run_step: RunStep, model: Path) -> None:
    reason = run_step("evaluate", {"model": model, "test": TEST}, criteria=[criterion("acuracy", 0.5)]).last_stderr
    assert reason.startswith("ValueError: there is no metric 'acuracy'; there are: accuracy, f1, fn, fp, log_loss")


def test_own_metrics_count_like_the_others(run_step: RunStep, model: Path) -> None:
    wrong = {"name": "wrong", "function": "def metric(t, p):\n    return (t != p).sum()", "greater_is_better": False}
    outcome = run_step(
        "evaluate", {"model": model, "test": TEST}, custom_metrics=[wrong], criteria=[criterion("wrong", 80)]
    )
    assert outcome.metrics["wrong"] == outcome.metrics["fp"] + outcome.metrics["fn"]
    assert "pass" in outcome.ports
    text = {"name": "text", "function": "def metric(t, p):\n    return 'x'"}
    reason = run_step("evaluate", {"model": model, "test": TEST}, custom_metrics=[text]).last_stderr
    assert reason == "TypeError: metric text must return a number, it returned str"


def test_every_kind_of_model_has_its_metrics_and_charts(run_step: RunStep) -> None:
    regression = run_step("train", {"train": numbers()}, algorithm="linear").ports["model"]
    judged = run_step("evaluate", {"model": regression, "test": numbers(50, seed=3)}, criteria=[criterion("rmse", 0.1)])
    assert set(judged.metrics) == {"mae", "mse", "rmse", "max_error", "mape", "r2"}
    assert "pass" in judged.ports
    assert "Residuals" in [block.get("title") for block in judged.card["blocks"]]
    several = run_step("train", {"train": three_classes()}).ports["model"]
    judged = run_step("evaluate", {"model": several, "test": three_classes(30)}, slices=["x"])
    assert {"accuracy", "f1_macro", "roc_auc", "log_loss"} < set(judged.metrics)
    assert "By x" in [block.get("title") for block in judged.card["blocks"]]


def test_slices_are_judged_one_by_one(run_step: RunStep, model: Path) -> None:
    table = TEST.assign(group=["left", "right"] * 40)
    outcome = run_step("evaluate", {"model": model, "test": table}, slices=["group"], feature_importance=False)
    block = next(block for block in outcome.card["blocks"] if block.get("title") == "By group")
    assert block["columns"][:3] == ["group", "rows", "accuracy"]
    assert [row[:2] for row in block["rows"]] == [["left", 40], ["right", 40]]
    titles = [block.get("title") for block in outcome.card["blocks"]]
    assert "Feature importance" not in titles


@pytest.mark.parametrize(
    ("table", "params", "said"),
    [
        (TEST, {"target": "y"}, "column 'y' is not in the test table"),
        (TEST.drop(columns="x"), {}, "column 'x' is not in the test table"),
        (TEST.head(0), {}, "the test table has no rows to judge by"),
        (TEST, {"slices": ["y"]}, "column 'y' is not in the test table"),
        (TEST, {"positive_class": "maybe"}, "positive_class 'maybe' is none of the classes: no, yes"),
    ],
)
def test_what_cannot_be_judged_says_why(
    run_step: RunStep, model: Path, table: Any, params: dict[str, Any], said: str
) -> None:
    assert said in run_step("evaluate", {"model": model, "test": table}, **params).last_stderr


def test_a_folder_that_is_no_model_is_named(run_step: RunStep, tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    reason = run_step("evaluate", {"model": tmp_path / "model", "test": TEST}).last_stderr
    assert reason == "ValueError: input model: model is not an MLflow Model: it has no MLmodel file"


class TestWithATransformStep:
    """Raw and transformed tables have the same column names here, so that only the mark can tell them apart."""

    def parts(self, run_step: RunStep) -> dict[str, Path]:
        return run_step("transform", {"train": two_classes(), "test": TEST}).ports

    def test_a_model_with_its_transformer_judges_raw_and_transformed_rows_alike(self, run_step: RunStep) -> None:
        parts = self.parts(run_step)
        inputs = {"train": parts["train"], "transformer": parts["transformer"]}
        model = run_step("train", inputs, algorithm="logistic").ports["model"]
        raw = run_step("evaluate", {"model": model, "test": TEST}).metrics
        transformed = run_step("evaluate", {"model": model, "test": parts["test"]}).metrics
        assert raw == transformed
        assert raw["accuracy"] > 0.85

    def test_raw_training_rows_are_transformed_on_the_way(self, run_step: RunStep) -> None:
        parts = self.parts(run_step)
        given = run_step("train", {"train": parts["train"], "transformer": parts["transformer"]}, algorithm="logistic")
        raw = run_step("train", {"train": two_classes(), "transformer": parts["transformer"]}, algorithm="logistic")
        assert given.metrics == raw.metrics

    def test_a_model_of_transformed_rows_refuses_raw_ones(self, run_step: RunStep) -> None:
        parts = self.parts(run_step)
        model = run_step("train", {"train": parts["train"]}, algorithm="logistic").ports["model"]
        assert run_step("evaluate", {"model": model, "test": parts["test"]}).exit_code == 0
        reason = run_step("evaluate", {"model": model, "test": TEST}).last_stderr
        assert reason.startswith("ValueError: the model was trained on transformed rows, but the test table is raw")

    def test_a_model_of_raw_rows_refuses_transformed_ones(self, run_step: RunStep, model: Path) -> None:
        reason = run_step("evaluate", {"model": model, "test": self.parts(run_step)["test"]}).last_stderr
        assert reason.startswith(
            "ValueError: the model takes raw rows, but the test table has gone through a transform"
        )

    def test_another_transform_step_is_refused(self, run_step: RunStep) -> None:
        parts = self.parts(run_step)
        other = run_step("transform", {"train": two_classes(), "test": TEST}, scale="minmax").ports
        model = run_step("train", {"train": parts["train"]}, algorithm="logistic").ports["model"]
        assert "another transform step" in run_step("evaluate", {"model": model, "test": other["test"]}).last_stderr
        mixed = run_step("train", {"train": parts["train"], "transformer": other["transformer"]})
        assert "has gone through another transform step" in mixed.last_stderr

    def test_validation_rows_that_differ_from_the_training_rows_are_refused(self, run_step: RunStep) -> None:
        parts = self.parts(run_step)
        reason = run_step("train", {"train": parts["train"], "validation": TEST}).last_stderr
        assert reason.startswith(
            "ValueError: the training and the validation table do not come from the same transform"
        )

    def test_the_saved_model_takes_raw_columns_of_any_type(self, run_step: RunStep) -> None:
        import mlflow.pyfunc

        table = two_classes().assign(city=["Rome", "Oslo"] * 100)
        parts = run_step("transform", {"train": table}).ports
        model = run_step("train", {"train": parts["train"], "transformer": parts["transformer"]}).ports["model"]
        loaded = mlflow.pyfunc.load_model(str(model))
        assert [one.name for one in loaded.metadata.get_input_schema().inputs] == ["x", "noise", "city"]
        assert set(loaded.predict(pd.DataFrame({"x": [9.0], "noise": [0.0], "city": ["Bern"]}))) == {"yes"}
