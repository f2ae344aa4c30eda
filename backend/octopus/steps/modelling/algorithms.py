"""From an algorithm's name to an unfitted scikit-learn estimator."""

import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast, get_args

from octopus.steps.modelling.names import AlgorithmName

Task = Literal["classification", "regression"]


@dataclass(frozen=True, slots=True)
class Algorithm:
    """Import paths `module:Class` of the estimator for classes and the one for numbers; None: it cannot do that.
    `settings`: ours, where scikit-learn's own defaults give up too early. `early_stopping`: it knows how to stop."""

    classifier: str | None
    regressor: str | None
    settings: Mapping[str, Any] | None = None
    early_stopping: bool = False


ALGORITHMS: Mapping[str, Algorithm] = {
    "logistic": Algorithm("sklearn.linear_model:LogisticRegression", None, {"max_iter": 1000}),
    "linear": Algorithm(None, "sklearn.linear_model:LinearRegression"),
    "ridge": Algorithm("sklearn.linear_model:RidgeClassifier", "sklearn.linear_model:Ridge"),
    "lasso": Algorithm(None, "sklearn.linear_model:Lasso"),
    "elastic_net": Algorithm(None, "sklearn.linear_model:ElasticNet"),
    "tree": Algorithm("sklearn.tree:DecisionTreeClassifier", "sklearn.tree:DecisionTreeRegressor"),
    "forest": Algorithm("sklearn.ensemble:RandomForestClassifier", "sklearn.ensemble:RandomForestRegressor"),
    "extra_trees": Algorithm("sklearn.ensemble:ExtraTreesClassifier", "sklearn.ensemble:ExtraTreesRegressor"),
    "hist_boosting": Algorithm(
        "sklearn.ensemble:HistGradientBoostingClassifier",
        "sklearn.ensemble:HistGradientBoostingRegressor",
        {"early_stopping": False},
        early_stopping=True,
    ),
    "svm": Algorithm("sklearn.svm:SVC", "sklearn.svm:SVR"),
    "knn": Algorithm("sklearn.neighbors:KNeighborsClassifier", "sklearn.neighbors:KNeighborsRegressor"),
    "naive_bayes": Algorithm("sklearn.naive_bayes:GaussianNB", None),
    "mlp": Algorithm(
        "sklearn.neural_network:MLPClassifier",
        "sklearn.neural_network:MLPRegressor",
        {"max_iter": 500},
        early_stopping=True,
    ),
    "dummy": Algorithm("sklearn.dummy:DummyClassifier", "sklearn.dummy:DummyRegressor"),
    "xgboost": Algorithm("xgboost:XGBClassifier", "xgboost:XGBRegressor", early_stopping=True),
    "lightgbm": Algorithm("lightgbm:LGBMClassifier", "lightgbm:LGBMRegressor", early_stopping=True),
}

EARLY_STOPPING_ROUNDS = 20
SMALL_TABLE_CELLS = 50_000
"""Rounds of boosting without a better validation score before it stops."""


def estimator(
    name: AlgorithmName, task: Task, params: Mapping[str, Any], seed: int, n_jobs: int, early_stopping: bool
) -> Any:
    """Raises ValueError for an algorithm that cannot do the task, is not installed, or lacks one of `params`."""
    algorithm = ALGORITHMS[name]
    made = _class_for(name, algorithm, task)(**(algorithm.settings or {}))
    known = made.get_params()
    unknown = sorted(set(params) - set(known))
    if unknown:
        raise ValueError(f"{name} has no parameter {unknown[0]!r}; it has {', '.join(sorted(known))}")
    made.set_params(**{key: value for key, value in _common(name, seed, n_jobs).items() if key in known})
    if early_stopping:
        made.set_params(**_stopping(name, algorithm))
    return made.set_params(**params)


def algorithm_defaults(name: str, task: str) -> dict[str, Any]:
    """What the algorithm takes where nothing is said; nothing for one of the user's own."""
    algorithm = ALGORITHMS.get(name)
    if algorithm is None or task not in get_args(Task):
        return {}
    known = _class_for(name, algorithm, cast(Task, task))(**(algorithm.settings or {})).get_params()
    return {key: value for key, value in known.items() if value is None or isinstance(value, bool | int | float | str)}


def _class_for(name: str, algorithm: Algorithm, task: Task) -> Any:
    path = algorithm.classifier if task == "classification" else algorithm.regressor
    if path is None:
        fitting = ", ".join(known for known in get_args(AlgorithmName) if known == "custom" or _can(known, task))
        what = "classes" if task == "regression" else "numbers"
        raise ValueError(f"{name} predicts {what} only, and this is {task}; choose one of {fitting}")
    module, _, class_name = path.partition(":")
    try:
        return getattr(importlib.import_module(module), class_name)
    except ModuleNotFoundError as fault:
        if fault.name != module:
            raise
        raise ValueError(f"{name} is not installed: install the Python package {module}, or choose another") from fault


def _can(name: str, task: Task) -> bool:
    algorithm = ALGORITHMS[name]
    return (algorithm.classifier if task == "classification" else algorithm.regressor) is not None


def _common(name: str, seed: int, n_jobs: int) -> dict[str, Any]:
    """Logistic regression warns of n_jobs, which it no longer heeds."""
    threads = {} if name == "logistic" else {"n_jobs": n_jobs}
    return {"random_state": seed, **threads}


def threads_for(cells: int) -> int:
    """Below so many values, threads cost more than they bring: scikit-learn starts them anew for each fit and for each
    prediction. The result is the same."""
    return share_of_cores() if cells >= SMALL_TABLE_CELLS else 1


def share_of_cores() -> int:
    """Threads this step may use: octopus says so in OMP_NUM_THREADS; 1 where nobody says anything."""
    said = os.environ.get("OMP_NUM_THREADS", "")
    return int(said) if said.isdigit() and int(said) > 0 else 1


def _stopping(name: str, algorithm: Algorithm) -> dict[str, Any]:
    if not algorithm.early_stopping:
        able = ", ".join(known for known, one in ALGORITHMS.items() if one.early_stopping)
        raise ValueError(f"{name} cannot stop early; these can: {able}")
    if name == "xgboost":
        return {"early_stopping_rounds": EARLY_STOPPING_ROUNDS}
    return {} if name == "lightgbm" else {"early_stopping": True}
