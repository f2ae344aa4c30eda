"""validate: the model's own figures, how much they vary over folds, the learning curve; the model stays as it is."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from octopus.steps.modelling.resampling import parts, spreads
from tests.steps.conftest import RunStep
from tests.steps.modelling_cases import numbers, three_classes, two_classes

VALIDATION = two_classes(80, seed=2)


@pytest.fixture
def model(run_step: RunStep) -> Path:
    return run_step("train", {"train": two_classes()}, algorithm="logistic").ports["model"]


def block(card: dict[str, Any], title: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in card["blocks"] if one.get("title") == title)
    return found


def test_it_tells_the_models_own_figures_and_their_spread(run_step: RunStep, model: Path) -> None:
    outcome = run_step("validate", {"model": model, "validation": VALIDATION}, metric="recall", folds=4)
    assert outcome.exit_code == 0, outcome.stderr
    assert sorted(outcome.ports) == ["metrics", "report"]
    report = json.loads(outcome.ports["report"].read_text())
    values = [fold["recall"] for fold in report["folds"]]
    assert len(values) == 4
    assert outcome.metrics["cv_recall"] == pytest.approx(np.mean(values))
    assert outcome.metrics["cv_recall_std"] == pytest.approx(np.std(values, ddof=1))
    assert json.loads(outcome.ports["metrics"].read_text()) == outcome.metrics
    judged = run_step("evaluate", {"model": model, "test": VALIDATION}, feature_importance=False)
    assert {name: outcome.metrics[name] for name in judged.metrics} == judged.metrics
    assert [row[0] for row in block(outcome.card, "Folds")["rows"]] == [1, 2, 3, 4]
    recall = next(row for row in block(outcome.card, "Metrics")["rows"] if row[0] == "recall")
    assert recall[1:] == [outcome.metrics["recall"], *(report["spread"]["recall"][one] for one in SPREAD)]


SPREAD = ("mean", "deviation", "lowest", "highest")


def test_the_learning_curve_grows_to_all_rows(run_step: RunStep, model: Path) -> None:
    outcome = run_step("validate", {"model": model, "validation": VALIDATION}, curve_points=4)
    course = json.loads(outcome.ports["report"].read_text())["learning_curve"]
    assert [point["rows"] for point in course] == [16, 32, 48, 64]
    points = block(outcome.card, "Learning curve")["spec"]["data"]["values"]
    assert {point["measured on"] for point in points} == {"rows it learnt from", "other rows"}
    none = run_step("validate", {"model": model, "validation": VALIDATION}, curve_points=0)
    assert "Learning curve" not in [one.get("title") for one in none.card["blocks"]]


def test_the_same_seed_gives_the_same_figures(run_step: RunStep, model: Path) -> None:
    inputs = {"model": model, "validation": VALIDATION}
    first, second, other = (run_step("validate", inputs, curve_points=0, seed=seed).metrics for seed in (1, 1, 2))
    assert first == second
    assert first != other


def test_folds_show_live_as_metrics_and_progress(run_step: RunStep, model: Path, tmp_path: Path) -> None:
    run_step("validate", {"model": model, "validation": VALIDATION}, folds=3, metric="accuracy")
    events = [json.loads(line) for line in next(tmp_path.glob("*-validate/events")).read_text().splitlines()]
    assert [one["step"] for one in events if one.get("name") == "cv_accuracy"] == [1, 2, 3, None]
    assert [one["message"][:12] for one in events if one["kind"] == "progress"][:3] == [
        f"fold {number} of 3:" for number in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    ("algorithm", "table", "metric"),
    [("linear", numbers(60), "rmse"), ("forest", three_classes(60), "f1_macro"), ("svm", VALIDATION, "f1")],
)
def test_every_kind_of_model_is_validated(run_step: RunStep, algorithm: str, table: Any, metric: str) -> None:
    model = run_step("train", {"train": table}, algorithm=algorithm).ports["model"]
    outcome = run_step("validate", {"model": model, "validation": table}, method="holdout", folds=2, curve_points=2)
    assert outcome.exit_code == 0, outcome.stderr
    assert f"cv_{metric}" in outcome.metrics


def test_a_transformer_inside_is_fitted_again_on_raw_rows_and_left_alone_on_its_own(run_step: RunStep) -> None:
    tables = {"train": two_classes(), "validation": VALIDATION.assign(city="Rome")}
    raw = {name: table.assign(city=["Rome", "Oslo"] * (len(table) // 2)) for name, table in tables.items()}
    step = run_step("transform", raw).ports
    model = run_step("train", {"train": step["train"], "transformer": step["transformer"]}, algorithm="logistic")
    for table in (raw["validation"], step["validation"]):
        outcome = run_step("validate", {"model": model.ports["model"], "validation": table}, curve_points=0)
        assert outcome.exit_code == 0, outcome.stderr
        assert outcome.metrics["cv_accuracy"] > 0.8


def test_the_model_is_not_changed(run_step: RunStep, model: Path) -> None:
    before = {path: path.read_bytes() for path in model.rglob("*") if path.is_file()}
    run_step("validate", {"model": model, "validation": VALIDATION})
    assert {path: path.read_bytes() for path in model.rglob("*") if path.is_file()} == before


def test_every_row_is_asked_about_once_and_classes_keep_their_proportions() -> None:
    truth = np.array(["a"] * 30 + ["b"] * 10)
    cut = parts(truth, "classification", "kfold", 5, 0.2, 0)
    assert sorted(np.concatenate([part.asked_about for part in cut])) == list(range(40))
    assert {int((truth[part.asked_about] == "b").sum()) for part in cut} == {2}
    drawn = parts(truth, "regression", "holdout", 3, 0.25, 0)
    assert [len(part.asked_about) for part in drawn] == [10, 10, 10]


def test_a_metric_that_some_fold_lacks_has_no_spread() -> None:
    found = spreads([{"f1": 0.5, "roc_auc": 0.7}, {"f1": 0.7}])
    assert list(found) == ["f1"]
    assert found["f1"].mean == pytest.approx(0.6)
    assert (found["f1"].lowest, found["f1"].highest) == (0.5, 0.7)


@pytest.mark.parametrize(
    ("table", "params", "said"),
    [
        (VALIDATION.head(0), {}, "the validation table has no rows to validate with"),
        (VALIDATION, {"target": "y"}, "column 'y' is not in the validation table"),
        (VALIDATION.drop(columns="x"), {}, "column 'x' is not in the validation table"),
        (VALIDATION, {"metric": "rmse"}, "there is no metric 'rmse'"),
        (VALIDATION[VALIDATION.target == "no"], {}, "the rows hold one class only (no)"),
        (VALIDATION.groupby("target").head(3), {}, "has 3 rows, and at least 5 are needed: choose fewer folds"),
    ],
)
def test_what_cannot_be_validated_says_why(
    run_step: RunStep, model: Path, table: Any, params: dict[str, Any], said: str
) -> None:
    assert said in run_step("validate", {"model": model, "validation": table}, **params).last_stderr
