"""What a model answers to rows whose truth is known, and what that says about it: metrics by task."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn import metrics

Task = Literal["classification", "regression"]

LESS_IS_BETTER = frozenset({"mae", "mse", "rmse", "max_error", "mape", "log_loss", "fp", "fn"})
CLASSES_LIMIT = 20
"""Whole numbers with more different values than this are taken for measurements, not for classes."""


@dataclass(frozen=True, slots=True)
class Answers:
    """`classes` None: numbers were asked for. `scores`: (n_rows, n_classes) probabilities, None if the model has none;
    `margins`: (n_rows,) scores of the positive class on any scale, None unless there are two classes."""

    truth: Any
    predicted: Any
    classes: Any | None = None
    scores: Any | None = None
    margins: Any | None = None
    positive: Any | None = None


def infer_task(target: Any) -> Task:
    """Classes, unless the target is numeric with fractions or more than 20 different values."""
    if pd.api.types.is_bool_dtype(target) or not pd.api.types.is_numeric_dtype(target):
        return "classification"
    whole = bool((target.dropna() % 1 == 0).all())
    return "classification" if whole and target.nunique() <= CLASSES_LIMIT else "regression"


def ask(estimator: Any, rows: Any, truth: Any, task: Task, positive_class: str | None) -> Answers:
    """Asks the model about every row. Raises ValueError if the positive class is none of the model's."""
    predicted = np.asarray(estimator.predict(rows))
    if task == "regression":
        return Answers(np.asarray(truth, dtype=float), predicted.astype(float))
    classes = np.asarray(estimator.classes_)
    scores = estimator.predict_proba(rows) if hasattr(estimator, "predict_proba") else None
    if len(classes) != 2:
        return Answers(np.asarray(truth), predicted, classes, scores)
    positive = positive_label(classes, positive_class)
    column = int(np.flatnonzero(classes == positive)[0])
    margins = scores[:, column] if scores is not None else _decision(estimator, rows, column)
    return Answers(np.asarray(truth), predicted, classes, scores, margins, positive)


def _decision(estimator: Any, rows: Any, column: int) -> Any | None:
    if not hasattr(estimator, "decision_function"):
        return None
    decision = np.asarray(estimator.decision_function(rows))
    return decision if column == 1 else -decision


def positive_label(classes: Any, said: str | None) -> Any:
    """The class whose text is `said`; the last in order if nothing was said."""
    if said is None:
        return classes[-1]
    for one in classes:
        if said == str(one) or (isinstance(one, float | np.floating) and said == str(int(one))):
            return one
    raise ValueError(f"positive_class {said!r} is none of the classes: {', '.join(map(str, classes))}")


def measured(answers: Answers) -> dict[str, float]:
    """Name -> value. Metrics that are undefined for these rows (a single class, no scores) are left out."""
    if answers.classes is None:
        return _regression(answers)
    if len(answers.classes) == 2:
        return _binary(answers)
    return _multiclass(answers)


def _regression(answers: Answers) -> dict[str, float]:
    truth, predicted = answers.truth, answers.predicted
    squared = float(metrics.mean_squared_error(truth, predicted))
    found = {
        "mae": float(metrics.mean_absolute_error(truth, predicted)),
        "mse": squared,
        "rmse": squared**0.5,
        "max_error": float(metrics.max_error(truth, predicted)),
        "mape": float(metrics.mean_absolute_percentage_error(truth, predicted)),
    }
    return {**found, "r2": float(metrics.r2_score(truth, predicted))} if len(truth) > 1 else found


def _binary(answers: Answers) -> dict[str, float]:
    truth = answers.truth == answers.positive
    predicted = answers.predicted == answers.positive
    found = {
        "accuracy": float((answers.truth == answers.predicted).mean()),
        "precision": float(metrics.precision_score(truth, predicted, zero_division=0)),
        "recall": float(metrics.recall_score(truth, predicted, zero_division=0)),
        "f1": float(metrics.f1_score(truth, predicted, zero_division=0)),
        "tn": float((~truth & ~predicted).sum()),
        "fp": float((~truth & predicted).sum()),
        "fn": float((truth & ~predicted).sum()),
        "tp": float((truth & predicted).sum()),
    }
    if answers.margins is not None and truth.any() and not truth.all():
        found["roc_auc"] = float(metrics.roc_auc_score(truth, answers.margins))
        found["pr_auc"] = float(metrics.average_precision_score(truth, answers.margins))
    return {**found, **_log_loss(answers)}


def _multiclass(answers: Answers) -> dict[str, float]:
    truth, predicted = answers.truth, answers.predicted
    found = {"accuracy": float((truth == predicted).mean())}
    for average in ("macro", "micro", "weighted"):
        values = metrics.precision_recall_fscore_support(truth, predicted, average=average, zero_division=0)
        for name, value in zip(("precision", "recall", "f1"), values, strict=False):
            found[f"{name}_{average}"] = float(value)
    if answers.scores is not None and answers.classes is not None and set(truth) == set(answers.classes):
        auc = metrics.roc_auc_score(truth, answers.scores, multi_class="ovr", average="macro", labels=answers.classes)
        found["roc_auc"] = float(auc)
    return {**found, **_log_loss(answers)}


def _log_loss(answers: Answers) -> dict[str, float]:
    if answers.scores is None or answers.classes is None or not set(answers.truth) <= set(answers.classes):
        return {}
    return {"log_loss": float(metrics.log_loss(answers.truth, answers.scores, labels=answers.classes))}


def default_metric(values: Mapping[str, float]) -> str:
    """The metric models are ranked by if nobody chose one."""
    return next(name for name in ("f1", "f1_macro", "rmse") if name in values)


def find_metric(values: Mapping[str, float], name: str) -> str:
    """The metric's exact name, upper and lower case aside. Raises ValueError listing those there are."""
    exact = name if name in values else next((one for one in values if one.lower() == name.lower()), None)
    if exact is None:
        raise ValueError(f"there is no metric {name!r}; there are: {', '.join(sorted(values))}")
    return exact
