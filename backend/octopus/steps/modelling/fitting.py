"""From rows to a fitted estimator: the features, the weights, early stopping, calibration."""

import importlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.utils import get_tags
from sklearn.utils.validation import has_fit_parameter

from octopus.steps.modelling.algorithms import EARLY_STOPPING_ROUNDS
from octopus.steps.modelling.features import applied, feature_names, numeric_columns, transformed_by
from octopus.steps.modelling.saved import About
from octopus.steps.tables.files import need_columns


@dataclass(frozen=True, slots=True)
class Rows:
    """`features`: what the estimator itself sees; `raw`: what the whole model sees. `weights` None: all rows alike."""

    features: Any
    raw: Any
    target: Any
    weights: Any | None

    def __len__(self) -> int:
        return len(self.target)

    def only(self, places: Any) -> "Rows":
        weights = None if self.weights is None else self.weights.iloc[places]
        return Rows(self.features.iloc[places], self.raw.iloc[places], self.target.iloc[places], weights)


@dataclass(frozen=True, slots=True)
class Inside:
    """A fitted transformer that is built into the model. `schema`: of the raw rows it takes, as MLflow's JSON."""

    fitted: Any
    about: About
    schema: str | None


def rows_of(
    table: Any, what: str, target: str, weight: str | None, ignore: tuple[str, ...], inside: Inside | None
) -> Rows:
    """Raises ValueError naming the column that is missing, not numeric, or has gaps."""
    need_columns(table, [name for name in (target, weight, *ignore) if name], what)
    if table.empty:
        raise ValueError(f"{what} has no rows")
    gaps = int(table[target].isna().sum())
    if gaps:
        raise ValueError(f"column {target!r} of {what} lacks {gaps} values: put a clean step before")
    features = _features(table, what, (target, weight, *ignore), inside)
    raw = features
    if inside is not None and transformed_by(table) is None:
        raw = table[list(inside.about.features)]
    return Rows(features, raw, table[target], _weights(table, weight))


def _features(table: Any, what: str, outside: tuple[str | None, ...], inside: Inside | None) -> Any:
    seen = transformed_by(table)
    if inside is None:
        return numeric_columns(table, feature_names(table, outside), what)
    touched = [name for name in outside if name in {*inside.about.features, *inside.about.inner_features}]
    if touched:
        raise ValueError(
            f"column {touched[0]!r} has gone through the transformer as a feature: name it in the transform step, "
            "as its target or under 'Hand on untouched'"
        )
    if seen is None:
        return applied(inside.fitted, table, inside.about.features, what)
    if seen != inside.about.transformer:
        raise ValueError(f"{what} has gone through another transform step than the one connected at transformer")
    return numeric_columns(table, inside.about.inner_features, what)


def _weights(table: Any, weight: str | None) -> Any | None:
    if weight is None:
        return None
    weights = numeric_columns(table, [weight], "the table")[weight]
    if weights.isna().any() or (weights < 0).any() or weights.sum() <= 0:
        raise ValueError(f"column {weight!r} cannot be a weight: weights are numbers of at least 0, none missing")
    return weights


def refuse_gaps(estimator: Any, features: Any, algorithm: str) -> None:
    """Raises ValueError if there are missing values and the estimator cannot take them."""
    if get_tags(estimator).input_tags.allow_nan:
        return
    gaps = features.isna().sum()
    gaps = gaps[gaps > 0]
    if len(gaps):
        raise ValueError(
            f"column {gaps.index[0]!r} lacks {int(gaps.iloc[0])} values and {algorithm} cannot take gaps: "
            "put a clean or transform step before, or choose hist_boosting"
        )


def fit(
    estimator: Any, rows: Rows, held_out: Rows | None, algorithm: str, early_stopping: bool
) -> tuple[Any, list[str]]:
    """The fitted estimator and the warnings it gave."""
    extra: dict[str, Any] = {}
    if rows.weights is not None:
        if not has_fit_parameter(estimator, "sample_weight"):
            raise ValueError(f"{algorithm} cannot weigh rows: leave the weight column empty")
        extra["sample_weight"] = rows.weights
    if early_stopping:
        extra.update(_stopping(algorithm, held_out))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        fitted = estimator.fit(rows.features, rows.target, **extra)
    return fitted, list(dict.fromkeys(str(one.message).strip().splitlines()[0] for one in caught))


def _stopping(algorithm: str, held_out: Rows | None) -> Mapping[str, Any]:
    if algorithm == "mlp" or (algorithm == "hist_boosting" and held_out is None):
        return {}
    if held_out is None:
        raise ValueError(f"early stopping of {algorithm} needs validation rows: connect validation")
    if algorithm == "hist_boosting":
        return {"X_val": held_out.features, "y_val": held_out.target}
    pairs = [(held_out.features, held_out.target)]
    if algorithm == "xgboost":
        return {"eval_set": pairs, "verbose": False}
    lightgbm = importlib.import_module("lightgbm")
    return {"eval_set": pairs, "callbacks": [lightgbm.early_stopping(EARLY_STOPPING_ROUNDS, verbose=False)]}


def calibrated(fitted: Any, rows: Rows, held_out: Rows | None, method: str) -> Any:
    """Scores that read as probabilities: learnt on held-out rows, or by 5 folds over the training rows."""
    from sklearn.base import clone
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    if held_out is not None:
        return CalibratedClassifierCV(FrozenEstimator(fitted), method=method).fit(held_out.features, held_out.target)
    smallest = int(np.unique(rows.target, return_counts=True)[1].min())
    if smallest < 2:
        raise ValueError("calibration needs at least 2 rows of every class, or validation rows")
    folds = CalibratedClassifierCV(clone(fitted), method=method, cv=min(5, smallest))
    extra = {} if rows.weights is None else {"sample_weight": rows.weights}
    return folds.fit(rows.features, rows.target, **extra)
