"""train: every algorithm and option, what is saved, and what cannot be learnt from."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from octopus.steps.modelling.rebalance import rebalanced
from octopus.steps.modelling.saved import SavedModel
from tests.steps.conftest import RunStep
from tests.steps.modelling_cases import numbers, three_classes, two_classes
from tests.support.step_processes import StepOutcome

CLASSIFIERS = (
    "logistic",
    "ridge",
    "tree",
    "forest",
    "extra_trees",
    "hist_boosting",
    "svm",
    "knn",
    "naive_bayes",
    "mlp",
)
REGRESSORS = ("linear", "ridge", "lasso", "elastic_net", "tree", "forest", "extra_trees", "hist_boosting", "svm", "knn")


def model_of(outcome: StepOutcome) -> SavedModel:
    assert outcome.exit_code == 0, outcome.stderr
    return SavedModel(outcome.ports["model"])


@pytest.mark.parametrize("algorithm", CLASSIFIERS)
def test_classifiers_learn_the_pattern(run_step: RunStep, algorithm: str) -> None:
    inputs = {"train": two_classes(), "validation": two_classes(60, seed=1)}
    outcome = run_step("train", inputs, algorithm=algorithm)
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.metrics["validation_accuracy"] > 0.85


@pytest.mark.parametrize("algorithm", REGRESSORS)
def test_regressors_learn_the_pattern(run_step: RunStep, algorithm: str) -> None:
    outcome = run_step("train", {"train": numbers(), "validation": numbers(40, seed=1)}, algorithm=algorithm)
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.metrics["validation_r2"] > 0.3
    assert {"train_rmse", "train_mae", "train_mse", "train_max_error", "train_mape"} < set(outcome.metrics)


def test_the_dummy_is_no_better_than_chance(run_step: RunStep) -> None:
    assert run_step("train", {"train": numbers()}, algorithm="dummy").metrics["train_r2"] == 0.0


def test_the_same_training_gives_the_same_digest(run_step: RunStep) -> None:
    first, second, other = (
        model_of(run_step("train", {"train": two_classes()}, seed=seed)).digest() for seed in (1, 1, 2)
    )
    assert first == second
    assert first != other


def test_the_saved_model_is_an_mlflow_model_with_a_signature_and_pinned_requirements(run_step: RunStep) -> None:
    saved = model_of(run_step("train", {"train": two_classes()}))
    import mlflow.pyfunc

    loaded = mlflow.pyfunc.load_model(str(saved.path))
    assert [one.name for one in loaded.metadata.get_input_schema().inputs] == ["x", "noise"]
    assert set(loaded.predict(two_classes(5)[["x", "noise"]])) <= {"yes", "no"}
    requirements = (saved.path / "requirements.txt").read_text()
    assert "scikit-learn==" in requirements
    assert "mlflow==" in requirements
    about = saved.about
    assert (about.target, about.task, about.positive_class) == ("target", "classification", "yes")


def test_three_classes_have_averaged_metrics(run_step: RunStep) -> None:
    metrics = run_step("train", {"train": three_classes()}).metrics
    for average in ("macro", "micro", "weighted"):
        for name in ("precision", "recall", "f1"):
            assert metrics[f"train_{name}_{average}"] == 1.0


def test_the_positive_class_decides_what_recall_is_about(run_step: RunStep) -> None:
    table = two_classes().assign(target=lambda one: (one["target"] == "yes").astype(int))
    one = run_step("train", {"train": table}, algorithm="logistic").metrics
    zero = run_step("train", {"train": table}, algorithm="logistic", positive_class="0").metrics
    assert (one["train_tp"], one["train_fp"]) == (zero["train_tn"], zero["train_fn"])
    assert one["train_roc_auc"] == pytest.approx(zero["train_roc_auc"])
    wrong = run_step("train", {"train": table}, positive_class="maybe").last_stderr
    assert wrong == "ValueError: positive_class 'maybe' is none of the classes: 0, 1"


def test_hyperparameters_come_from_the_form_and_the_port_overrides_them(run_step: RunStep, tmp_path: Any) -> None:
    (tmp_path / "params.json").write_text('{"max_depth": 2}')
    form = {"max_depth": 1, "n_estimators": 3}
    alone = model_of(run_step("train", {"train": two_classes()}, hyperparameters=form)).load()
    assert (alone.max_depth, alone.n_estimators) == (1, 3)
    both = run_step("train", {"train": two_classes(), "params": tmp_path / "params.json"}, hyperparameters=form)
    assert (model_of(both).load().max_depth, model_of(both).load().n_estimators) == (2, 3)


def test_an_own_estimator_is_trained_and_travels_with_the_model(run_step: RunStep) -> None:
    code = (
        "from sklearn.linear_model import LogisticRegression\n"
        "def estimator(params):\n    return LogisticRegression(**params)\n"
    )
    outcome = run_step(
        "train", {"train": two_classes()}, algorithm="custom", estimator_fn=code, hyperparameters={"C": 5}
    )
    assert model_of(outcome).load().C == 5
    wrong = run_step("train", {"train": two_classes()}, algorithm="custom", estimator_fn="def e(p):\n    return 1")
    assert wrong.last_stderr.startswith("TypeError: estimator_fn must return an estimator")


@pytest.mark.parametrize("held_out", [True, False])
@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibrated_models_answer_probabilities(run_step: RunStep, method: str, held_out: bool) -> None:
    inputs = {"train": two_classes()} | ({"validation": two_classes(80, seed=1)} if held_out else {})
    outcome = run_step("train", inputs, algorithm="svm", calibrate=method)
    assert outcome.metrics["train_log_loss"] < 0.5
    assert hasattr(model_of(outcome).load(), "predict_proba")


def test_rebalancing_thins_the_larger_class_to_seventy_percent() -> None:
    target = pd.Series([1] * 600 + [0] * 5400)
    kept = rebalanced(target, seed=1)
    assert kept is not None
    assert target.iloc[kept].mean() == pytest.approx(0.3)
    assert (target.iloc[kept] == 1).sum() == 600
    assert rebalanced(target.head(4000), 1) is None
    assert rebalanced(pd.Series([0, 1] * 3000), 1) is None
    assert rebalanced(pd.Series([0, 1, 2] * 3000), 1) is None


def test_rebalancing_can_be_switched_off(run_step: RunStep) -> None:
    table = pd.DataFrame({"x": np.arange(6000), "target": [1] * 600 + [0] * 5400})
    on = run_step("train", {"train": table}, algorithm="naive_bayes")
    assert "rebalanced: 2,000 of 6,000 rows are kept" in on.stdout
    off = run_step("train", {"train": table}, algorithm="naive_bayes", rebalance=False)
    assert "rebalanced" not in off.stdout


def test_early_stopping_looks_at_the_validation_rows(run_step: RunStep) -> None:
    inputs = {"train": two_classes(), "validation": two_classes(60, seed=1)}
    stopped = run_step(
        "train", inputs, algorithm="hist_boosting", early_stopping=True, hyperparameters={"max_iter": 500}
    )
    assert model_of(stopped).load().n_iter_ < 500
    assert run_step("train", inputs, algorithm="forest", early_stopping=True).last_stderr == (
        "ValueError: forest cannot stop early; these can: hist_boosting, mlp, xgboost, lightgbm"
    )


def test_the_weight_column_weighs_and_is_no_feature(run_step: RunStep) -> None:
    table = two_classes().assign(w=lambda one: 1 + 99.0 * (one["target"] == "yes"), id=range(200))
    outcome = run_step("train", {"train": table}, algorithm="naive_bayes", sample_weight="w", ignore=["id"])
    assert model_of(outcome).about.features == ("x", "noise")
    assert outcome.metrics["train_recall"] == 1.0
    wrong = run_step("train", {"train": table.assign(w=-1)}, sample_weight="w").last_stderr
    assert "column 'w' cannot be a weight" in wrong
    assert (
        "knn cannot weigh rows" in run_step("train", {"train": table}, algorithm="knn", sample_weight="w").last_stderr
    )


def test_the_served_model_can_answer_scores_under_a_prefix(run_step: RunStep) -> None:
    outcome = run_step("train", {"train": two_classes()}, predict_scores_for_all_classes=True, predict_prefix="p_")
    saved = model_of(outcome)
    import mlflow.pyfunc

    answer = mlflow.pyfunc.load_model(str(saved.path)).predict(two_classes(5)[["x", "noise"]])
    assert list(answer.columns) == ["p_prediction", "p_score", "p_score_no", "p_score_yes"]
    assert not hasattr(saved.load(), "prefix")


def test_the_primary_metric_is_named_and_must_exist(run_step: RunStep) -> None:
    assert "primary metric recall: " in run_step("train", {"train": two_classes()}, primary_metric="Recall").stdout
    wrong = run_step("train", {"train": two_classes()}, primary_metric="rmse").last_stderr
    assert wrong.startswith("ValueError: there is no metric 'rmse'; there are: accuracy, f1, fn")


def test_the_card_shows_metrics_charts_and_the_worst_predictions(run_step: RunStep) -> None:
    outcome = run_step("train", {"train": two_classes(), "validation": two_classes(60, seed=1)})
    titles = [block.get("title") for block in outcome.card["blocks"]]
    for title in (
        "Metrics",
        "Confusion matrix",
        "ROC",
        "Precision and recall",
        "Calibration",
        "Worst predictions",
        "Features",
    ):
        assert title in titles


def test_the_leaderboard_shows_earlier_runs_of_the_same_target(
    run_step: RunStep, tracked: Any, mlflow_client: Any
) -> None:
    earlier = tracked()
    for key, value in {"target": "target", "algorithm": "tree"}.items():
        mlflow_client.log_param(earlier, key, value)
    mlflow_client.log_metric(earlier, "train_f1", 0.5)
    mlflow_client.set_terminated(earlier, "FINISHED")
    tracked()
    blocks = run_step("train", {"train": two_classes()}).card["blocks"]
    board = next(block for block in blocks if block.get("title") == "Leaderboard by train_f1")
    assert [row[1] for row in board["rows"]] == ["forest", "tree"]


@pytest.mark.parametrize(
    ("table", "params", "said"),
    [
        (two_classes(), {"target": "y"}, "column 'y' is not in the training table; columns are x, noise, target"),
        (
            two_classes().assign(city="Rome"),
            {},
            "these columns are not numbers: 'city' (str); put a transform step before",
        ),
        (two_classes().assign(x=None), {"algorithm": "logistic"}, "these columns are not numbers: 'x' (object)"),
        (two_classes().assign(x=float("nan")), {"algorithm": "logistic"}, "column 'x' lacks 200 values and logistic"),
        (
            two_classes().assign(target=[None, *["a", "b"] * 99, "a"]),
            {},
            "column 'target' of the training table lacks 1 values",
        ),
        (two_classes().assign(target="a"), {}, "column 'target' holds one class only ('a')"),
        (two_classes(), {"task": "regression"}, "column 'target' is not numeric"),
        (two_classes(), {"algorithm": "linear"}, "linear predicts numbers only, and this is classification"),
        (
            numbers(),
            {"algorithm": "logistic"},
            "logistic predicts classes only, and this is regression; choose one of linear",
        ),
        (two_classes(), {"hyperparameters": {"depth": 3}}, "forest has no parameter 'depth'; it has bootstrap"),
        (
            two_classes(),
            {"hyperparameters": {"max_depth": "deep"}},
            "The 'max_depth' parameter of RandomForestClassifier",
        ),
        (two_classes(), {"algorithm": "custom"}, "the algorithm custom needs estimator_fn"),
        (numbers(), {"calibrate": "sigmoid"}, "calibrate is for classes"),
        (two_classes().head(0), {}, "the training table has no rows"),
        (two_classes()[["target"]], {}, "no column is left to learn from"),
        (two_classes(), {"algorithm": "xgboost"}, "xgboost is not installed"),
    ],
)
def test_what_cannot_be_learnt_from_says_why(run_step: RunStep, table: Any, params: dict[str, Any], said: str) -> None:
    outcome = run_step("train", {"train": table}, **params)
    assert outcome.exit_code == 1
    assert said in outcome.last_stderr
