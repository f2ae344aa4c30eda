"""Everything that a step does with MLflow, after a look at what it finds there."""

NAMES = sorted(globals())

# ruff: noqa: E402 - what is there before anything is imported
import json
import logging
import os
import sys
from pathlib import Path

import surroundings

SEEN = {"main": surroundings.main_module(globals(), NAMES), **surroundings.everything()}

import mlflow
import numpy as np
import pandas as pd
from mlflow import MlflowClient
from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LinearRegression
from threadpoolctl import threadpool_info

OUT = Path(os.environ["OCTOPUS_OUTPUTS"])


def found() -> dict[str, object]:
    """MLflow as it is before anything was asked of it."""
    logger = logging.getLogger("mlflow")
    return {
        "active": mlflow.active_run(),
        "last": mlflow.last_active_run(),
        "tracking": mlflow.get_tracking_uri(),
        "registry": mlflow.get_registry_uri(),
        "experiment": mlflow.tracking.fluent._active_experiment_id,
        "genuine": [one.__module__ for one in (mlflow.log_metric, MlflowClient.log_batch, RandomForestClassifier.fit)],
        "logger": [logger.level, logger.propagate, len(logger.handlers), logger.isEnabledFor(logging.ERROR)],
        "numpy": [np.geterr(), np.get_printoptions()["precision"]],
        "pandas": [pd.get_option("display.max_rows"), pd.get_option("mode.copy_on_write")],
        "threads": sorted({(one["internal_api"], one["num_threads"]) for one in threadpool_info()}),
        "root": [logging.root.level, len(logging.root.handlers)],
    }


def log_by_hand() -> None:
    mlflow.log_param("quoted", 'it\'s "x" ; $(y) 🐙')
    mlflow.log_params({"a": 1, "empty": "", "none": None})
    for step in range(3):
        mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
    mlflow.log_metrics({"nan": float("nan"), "infinite": float("inf")})
    mlflow.set_tags({"mine": "yes"})
    mlflow.log_text("a note", "notes/note.txt")
    mlflow.log_dict({"a": [1, 2]}, "notes/dict.json")
    (OUT / "port.txt").write_text("a port's value")
    with mlflow.start_run(run_name="inner", nested=True):
        mlflow.log_metric("inner", 2.0)
        with mlflow.start_run(run_name="innermost", nested=True):
            mlflow.log_param("depth", 2)


def train() -> None:
    x, y = load_breast_cancer(return_X_y=True)
    forest = RandomForestClassifier(8, n_jobs=2, random_state=0).fit(x, y)
    mlflow.log_metric("forest", forest.score(x, y))
    mlflow.log_metric("boosted", HistGradientBoostingClassifier(max_iter=5, random_state=0).fit(x, y).score(x, y))


def log_automatically() -> None:
    mlflow.sklearn.autolog(log_models=False)
    with mlflow.start_run(run_name="automatic", nested=True):
        fitted = LinearRegression().fit(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))
    mlflow.sklearn.autolog(disable=True)
    mlflow.sklearn.log_model(fitted, name="model", pip_requirements=[], serialization_format="cloudpickle")


told = {"seen": SEEN, "found": found()}
with mlflow.start_run() as run:
    told["adopted"] = run.info.run_id
    log_by_hand()
    train()
    log_automatically()
told["afterwards"] = [mlflow.active_run() is None, mlflow.last_active_run().info.run_id]
os.environ["MLFLOW_TRACKING_URI"] = "sqlite:////somewhere/else.db"
told["redirected"] = mlflow.get_tracking_uri()
(OUT / "told.json").write_text(json.dumps(told))
print("logged", file=sys.stderr)
