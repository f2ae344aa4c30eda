"""What cards show of a model's answers: confusion, ROC, precision and recall, lift, calibration, residuals."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

from octopus.steps.modelling.answers import Answers
from octopus.steps.modelling.retraining import Execution
from octopus.steps.runtime.attempt import card
from octopus.steps.runtime.charts import bars, cloud, confusion, curve, histogram, thinned

CONFUSION_CLASSES = 30
"""A confusion matrix of more classes cannot be read."""
CALIBRATION_BINS = 10
EXECUTION_METRICS = 8
"""Metrics of an execution that one line of a table has room for."""


def show_answers(answers: Answers) -> None:
    """All charts that fit the task."""
    if answers.classes is None:
        show_residuals(answers)
        return
    show_confusion(answers)
    if answers.margins is not None and len(set(answers.truth)) == 2:
        show_thresholds(answers)
        show_calibration(answers)


def show_confusion(answers: Answers) -> None:
    labels = np.unique(np.concatenate([answers.truth, answers.predicted]))
    if len(labels) > CONFUSION_CLASSES:
        card().markdown(f"The confusion matrix of {len(labels)} classes is left out.")
        return
    matrix = metrics.confusion_matrix(answers.truth, answers.predicted, labels=labels)
    totals = matrix.sum(axis=1)
    rows = [
        {
            "actual": str(actual),
            "predicted": str(predicted),
            "rows": int(matrix[row, column]),
            "share": round(float(matrix[row, column] / max(totals[row], 1)), 4),
        }
        for row, actual in enumerate(labels)
        for column, predicted in enumerate(labels)
    ]
    card().chart("Confusion matrix", confusion(rows))


def show_thresholds(answers: Answers) -> None:
    truth = answers.truth == answers.positive
    false_rate, true_rate, _ = metrics.roc_curve(truth, answers.margins)
    points = [{"false positive rate": x, "true positive rate": y} for x, y in _pairs(false_rate, true_rate)]
    card().chart("ROC", curve(points, "false positive rate", "true positive rate", diagonal=True))
    precision, recall, _ = metrics.precision_recall_curve(truth, answers.margins)
    points = [{"recall": x, "precision": y} for x, y in _pairs(recall, precision)]
    card().chart("Precision and recall", curve(points, "recall", "precision"))
    order = np.argsort(-np.asarray(answers.margins), kind="stable")
    found = np.cumsum(truth[order]) / max(truth.sum(), 1)
    share = np.arange(1, len(truth) + 1) / len(truth)
    points = [{"share of rows": x, "share of positives found": y} for x, y in _pairs(share, found)]
    card().chart("Gain", curve(points, "share of rows", "share of positives found", diagonal=True))


def show_calibration(answers: Answers) -> None:
    if answers.scores is None:
        return
    truth = answers.truth == answers.positive
    actual, said = calibration_curve(truth, answers.margins, n_bins=CALIBRATION_BINS)
    points = [{"score": x, "share of positives": y} for x, y in _pairs(said, actual)]
    card().chart("Calibration", curve(points, "score", "share of positives", diagonal=True))


def show_residuals(answers: Answers) -> None:
    residuals = answers.truth - answers.predicted
    pairs = [{"predicted": x, "residual": y} for x, y in _pairs(answers.predicted, residuals)]
    card().chart("Residuals over predictions", cloud(pairs, "predicted", "residual", level=0))
    card().chart("Residuals", histogram([_short(value) for value in residuals], "residual"))


def show_importance(names: list[str], means: Any, deviations: Any, limit: int = 20) -> None:
    order = np.argsort(-np.asarray(means), kind="stable")[:limit]
    rows = [{"feature": str(names[place]), "importance": _short(means[place])} for place in order]
    card().chart("Feature importance", bars(rows, "importance", "feature"))
    table = [[names[place], float(means[place]), float(deviations[place])] for place in order]
    card().table("Feature importance (loss of score when shuffled)", ["feature", "mean", "deviation"], table)


def show_executions(executions: Sequence[Execution], watched: str | None) -> None:
    """A row each: the parameters that differ between them, the metrics, the watched one first; and its course."""
    params = [name for name in _keys(one.params for one in executions) if _differs(name, executions)]
    metrics = _keys(one.metrics for one in executions)
    metrics = [*(name for name in metrics if name == watched), *(name for name in metrics if name != watched)]
    metrics = metrics[:EXECUTION_METRICS]
    rows = [
        [number, *(_said(one.params.get(name)) for name in params), *(one.metrics.get(name) for name in metrics)]
        for number, one in enumerate(executions, 1)
    ]
    card().table("Executions so far", ["execution", *params, *metrics], rows)
    if watched is None:
        return
    course = [(number, one.metrics.get(watched)) for number, one in enumerate(executions, 1)]
    points = [{"execution": number, watched: value} for number, value in course if value is not None]
    if len(points) > 1:
        card().chart(f"{watched} per execution", curve(points, "execution", watched))


def _keys(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _differs(name: str, executions: Sequence[Execution]) -> bool:
    return any(one.params.get(name) != executions[0].params.get(name) for one in executions)


def _said(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, list | dict) else value


def _pairs(first: Any, second: Any) -> list[tuple[float, float]]:
    return [(_short(x), _short(y)) for x, y in thinned(list(zip(first, second, strict=True)))]


def _short(value: Any) -> float:
    return float(f"{float(value):.5g}")
