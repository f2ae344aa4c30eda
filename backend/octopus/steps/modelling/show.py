"""What cards show of a model's answers: confusion, ROC, precision and recall, lift, calibration, residuals."""

from typing import Any

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve

from octopus.steps.modelling.answers import Answers
from octopus.steps.runtime.attempt import card
from octopus.steps.runtime.charts import bars, cloud, confusion, curve, histogram, thinned

CONFUSION_CLASSES = 30
"""A confusion matrix of more classes cannot be read."""
CALIBRATION_BINS = 10


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


def _pairs(first: Any, second: Any) -> list[tuple[float, float]]:
    return [(_short(x), _short(y)) for x, y in thinned(list(zip(first, second, strict=True)))]


def _short(value: Any) -> float:
    return float(f"{float(value):.5g}")
