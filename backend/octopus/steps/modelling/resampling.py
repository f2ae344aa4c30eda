"""Rows and an estimator -> how good it is when it is fitted again on parts of the rows and asked about the others."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold, StratifiedShuffleSplit

from octopus.steps.modelling.answers import Task, ask, measured

Method = Literal["kfold", "holdout"]


@dataclass(frozen=True, slots=True)
class Part:
    """Places of the rows to fit on and of those to ask about."""

    fitted_on: Any
    asked_about: Any


@dataclass(frozen=True, slots=True)
class Spread:
    """Of one metric over all parts. `deviation`: the standard deviation of a sample."""

    mean: float
    deviation: float
    lowest: float
    highest: float


def parts(truth: Any, task: Task, method: Method, count: int, share: float, seed: int) -> tuple[Part, ...]:
    """`count` parts, classes in their proportions. kfold: every row is asked about once. holdout: `share` of the rows
    is drawn each time. Raises ValueError if there are too few rows, or of one class."""
    values = np.asarray(truth)
    strata = task == "classification"
    if strata:
        names, counts = np.unique(values.astype(str), return_counts=True)
        if len(names) < 2:
            raise ValueError(f"the rows hold one class only ({names[0]}); at least two are needed")
        needed = count if method == "kfold" else 2
        if counts.min() < needed:
            raise ValueError(
                f"class {names[counts.argmin()]} has {counts.min()} rows, and at least {needed} are needed: choose "
                "fewer folds, or give more rows"
            )
    elif len(values) < 2 * count:
        raise ValueError(f"{len(values)} rows are too few for {count} parts")
    splitter: Any
    if method == "kfold":
        splitter = (StratifiedKFold if strata else KFold)(count, shuffle=True, random_state=seed)
    else:
        splitter = (StratifiedShuffleSplit if strata else ShuffleSplit)(count, test_size=share, random_state=seed)
    return tuple(Part(fit, asked) for fit, asked in splitter.split(np.zeros(len(values)), values))


def measured_on(
    estimator: Any, rows: Any, truth: Any, part: Part, task: Task, positive: str | None
) -> dict[str, float]:
    """Metrics of a fresh estimator fitted on one part."""
    return measured(ask(_fitted(estimator, rows, truth, part.fitted_on), *_at(rows, truth, part), task, positive))


def learning_curve(
    estimator: Any, rows: Any, truth: Any, part: Part, sizes: Sequence[int], task: Task, positive: str | None
) -> Iterator[tuple[int, dict[str, float], dict[str, float]]]:
    """Per size: metrics on the rows it was fitted on and on those it was not. A size that lacks a class is left out."""
    classes = len(np.unique(np.asarray(truth).astype(str)))
    for size in sizes:
        places = part.fitted_on[:size]
        if task == "classification" and len(np.unique(np.asarray(truth.iloc[places]).astype(str))) < classes:
            continue
        fitted = _fitted(estimator, rows, truth, places)
        seen = measured(ask(fitted, rows.iloc[places], truth.iloc[places], task, positive))
        yield size, seen, measured(ask(fitted, *_at(rows, truth, part), task, positive))


def spreads(found: Sequence[dict[str, float]]) -> dict[str, Spread]:
    """Of the metrics that every part has."""
    names = [name for name in found[0] if all(name in one for one in found)]
    return {name: _spread([one[name] for one in found]) for name in names}


def _spread(values: list[float]) -> Spread:
    deviation = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
    return Spread(float(np.mean(values)), deviation, min(values), max(values))


def _at(rows: Any, truth: Any, part: Part) -> tuple[Any, Any]:
    return rows.iloc[part.asked_about], truth.iloc[part.asked_about]


def _fitted(estimator: Any, rows: Any, truth: Any, places: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return clone(estimator).fit(rows.iloc[places], truth.iloc[places])
