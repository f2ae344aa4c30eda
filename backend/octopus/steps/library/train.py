"""train: fit a model."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from importlib.metadata import version
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from pydantic import JsonValue
from sklearn.pipeline import Pipeline

from octopus.steps.modelling.algorithms import estimator, threads_for
from octopus.steps.modelling.answers import (
    LESS_IS_BETTER,
    Answers,
    Task,
    ask,
    default_metric,
    find_metric,
    infer_task,
    measured,
)
from octopus.steps.modelling.features import transformed_by
from octopus.steps.modelling.fitting import Inside, Rows, calibrated, fit, refuse_gaps, rows_of
from octopus.steps.modelling.leaderboard import leaderboard
from octopus.steps.modelling.names import AlgorithmName
from octopus.steps.modelling.portable import ScoringModel
from octopus.steps.modelling.rebalance import rebalanced
from octopus.steps.modelling.retraining import SEED, TRAIN_SHARE, notes, overridden
from octopus.steps.modelling.saved import About, NewModel, content_digest
from octopus.steps.modelling.show import show_answers
from octopus.steps.runtime.attempt import card, log_metric, progress
from octopus.steps.runtime.declare import Dataset, Doc, Metrics, Model, Param, Params, Transformer, step
from octopus.steps.runtime.own_code import own_function
from octopus.steps.tables.profile import COLUMNS_LIMIT

WORST_ROWS = 10
EXAMPLE_ROWS = 20
"""Rows that the model's signature is taken from."""


NO_PARAMS: Mapping[str, JsonValue] = MappingProxyType({})


class Trained(NamedTuple):
    model: Annotated[Model, Doc("The fitted model, an MLflow Model.")]
    metrics: Annotated[Metrics, Doc("Metrics on the training and validation rows.")]
    params: Annotated[Params, Doc("What it was trained with, in the form that the input `params` takes.")]


@step(
    title="Train",
    category="Model",
    colour="model",
    icon="ModelTraining",
    summary=("algorithm", "target"),
)
def train(
    train: Annotated[Dataset, Doc("Rows to learn from.")],
    validation: Annotated[Dataset | None, Doc("Rows to measure, calibrate and stop early by.")] = None,
    transformer: Annotated[
        Transformer | None, Doc("A fitted transformer to build into the model, which then takes raw rows.")
    ] = None,
    params: Annotated[
        Params | None,
        Doc("Overrides algorithm parameters by name, and `seed` and `train_share` below; such as retrain gives."),
    ] = None,
    target: Annotated[str, Param("Target column", "What to predict.", min_length=1, widget="column")] = "target",
    task: Annotated[
        Literal["auto", "classification", "regression"],
        Param("Kind", "auto: regression if the target is numeric with more than 20 values, or has fractions."),
    ] = "auto",
    positive_class: Annotated[
        str | None,
        Param(
            "Positive class",
            "Of two classes the one that recall, precision and scores are about; empty: the last in order.",
        ),
    ] = None,
    algorithm: Annotated[
        AlgorithmName,
        Param("Algorithm", "xgboost and lightgbm must be installed. custom: your function below."),
    ] = "forest",
    hyperparameters: Annotated[
        Mapping[str, JsonValue],
        Param("Algorithm parameters", 'As scikit-learn names them, such as {"max_depth": 5}.', widget="json"),
    ] = NO_PARAMS,
    estimator_fn: Annotated[
        str | None,
        Param(
            "Own estimator",
            "For the algorithm custom: Python source of a function estimator(params) that returns an unfitted "
            "scikit-learn estimator.",
            widget="code",
            literal=True,
        ),
    ] = None,
    calibrate: Annotated[
        Literal["off", "sigmoid", "isotonic"],
        Param(
            "Calibrate", "Make class scores read as probabilities: on the validation rows, or by 5 folds without them."
        ),
    ] = "off",
    rebalance: Annotated[
        bool,
        Param("Rebalance", "Two classes, more than 5000 rows: thin the larger class out until the smaller has 30 %."),
    ] = True,
    sample_weight: Annotated[
        str | None, Param("Weight column", "How much each row counts; not a feature.", widget="column")
    ] = None,
    ignore: Annotated[
        tuple[str, ...], Param("Ignore", "Columns that are not features, such as ids.", widget="columns")
    ] = (),
    primary_metric: Annotated[
        str | None, Param("Primary metric", "Ranks the leaderboard; empty: f1, f1_macro or rmse.")
    ] = None,
    early_stopping: Annotated[
        bool,
        Param(
            "Early stopping",
            "Stop when the validation score no longer improves (histogram boosting, MLP, xgboost, lightgbm).",
        ),
    ] = False,
    predict_scores_for_all_classes: Annotated[
        bool, Param("Scores for all classes", "The served model answers a score per class beside the class.")
    ] = False,
    predict_prefix: Annotated[
        str, Param("Prediction prefix", "Put before the names of the columns the served model answers.", max_length=64)
    ] = "",
    seed: Annotated[int, Param("Seed", "Makes training repeatable.", ge=0, le=4_294_967_295)] = 42,
    train_share: Annotated[
        float, Param("Share of rows", "Learn from so much of the training rows, drawn by the seed.", gt=0, le=1)
    ] = 1.0,
    n_jobs: Annotated[
        int | None,
        Param("Threads", "Empty: one for a small table, else the step's share of the cores; -1: all.", ge=-1, le=1024),
    ] = None,
) -> Trained:
    """Fits one scikit-learn model and saves it as an MLflow Model with its signature.

    Features are all columns but the target, the weight column and the ignored ones; they must be numbers (put a
    transform step before). Metrics are named `train_<metric>` and `validation_<metric>`.
    """
    inside = Inside(transformer.load(), transformer.about, transformer.input_schema) if transformer else None
    chosen, seed, train_share = overridden(params, hyperparameters, seed, train_share)
    rows = _share(rows_of(train, "the training table", target, sample_weight, ignore, inside), train_share, seed)
    held_out = None
    if validation is not None and not validation.empty:
        _same_origin(train, validation, inside)
        held_out = rows_of(validation, "the validation table", target, None, (), inside)
    kind = _task(task, rows.target)
    if algorithm == "custom":
        made = _own(estimator_fn, chosen)
    else:
        made = estimator(algorithm, kind, chosen, seed, n_jobs or threads_for(rows.features.size), early_stopping)
    refuse_gaps(made, rows.features, algorithm)
    _tell_parameters(chosen)
    learnt = _rebalanced(rows, kind, seed) if rebalance else rows
    progress(0.1, f"fitting {algorithm} ({kind}) on {len(learnt):,} rows, {learnt.features.shape[1]} features")
    started = time.monotonic()
    fitted, cautions = fit(made, learnt, held_out, algorithm, early_stopping)
    if calibrate != "off":
        fitted = _calibrated(fitted, learnt, held_out, calibrate, kind)
    progress(0.7, f"fitted in {time.monotonic() - started:.1f} s")
    figures, answers = _measure(fitted, rows, held_out, kind, positive_class)
    _card(fitted, figures, answers, held_out or rows, cautions)
    _leaderboard(target, primary_metric, figures, algorithm, held_out is not None)
    used = {**chosen, SEED: seed, TRAIN_SHARE: train_share, **notes(params or {})}
    about = _about(train, rows, inside, target, kind, answers, (sample_weight, *ignore), algorithm)
    about = replace(about, trained_with=json.dumps(used))
    model = _new_model(fitted, about, inside, rows, algorithm, predict_scores_for_all_classes, predict_prefix)
    return Trained(model, figures, used)


def _share(rows: Rows, share: float, seed: int) -> Rows:
    """The rows of a larger share hold those of every smaller one, as long as the seed is the same."""
    if share == 1:
        return rows
    count = max(1, round(share * len(rows)))
    print(f"learning from {count:,} of {len(rows):,} rows (seed {seed})")
    return rows.only(np.sort(np.random.default_rng(seed).permutation(len(rows))[:count]))


def _same_origin(train: Any, validation: Any, inside: Inside | None) -> None:
    if inside is None and transformed_by(train) != transformed_by(validation):
        raise ValueError(
            "the training and the validation table do not come from the same transform step: connect both from it, "
            "or neither"
        )


def _task(said: str, target: Any) -> Task:
    kind: Task = infer_task(target) if said == "auto" else said  # type: ignore[assignment]
    if kind == "regression" and not pd.api.types.is_numeric_dtype(target):
        raise ValueError(f"column {target.name!r} is not numeric, so it cannot be the target of a regression")
    if kind == "classification" and target.nunique() < 2:
        raise ValueError(f"column {target.name!r} holds one class only ({target.iloc[0]!r}); at least two are needed")
    return kind


def _own(source: str | None, params: Mapping[str, JsonValue]) -> Any:
    if not source:
        raise ValueError("the algorithm custom needs estimator_fn")
    made = own_function(source, "estimator_fn")(dict(params))
    if not hasattr(made, "fit") or not hasattr(made, "predict"):
        raise TypeError(f"estimator_fn must return an estimator with fit and predict, not {type(made).__name__}")
    return made


def _rebalanced(rows: Rows, kind: Task, seed: int) -> Rows:
    places = rebalanced(rows.target, seed) if kind == "classification" else None
    if places is None:
        return rows
    print(f"rebalanced: {len(places):,} of {len(rows):,} rows are kept")
    card().markdown(f"Rebalanced: {len(places):,} of {len(rows):,} training rows were kept.")
    return rows.only(places)


def _calibrated(fitted: Any, rows: Rows, held_out: Rows | None, method: str, kind: Task) -> Any:
    if kind == "regression":
        raise ValueError("calibrate is for classes; switch it off for a regression")
    return calibrated(fitted, rows, held_out, method)


def _measure(
    fitted: Any, rows: Rows, held_out: Rows | None, kind: Task, positive_class: str | None
) -> tuple[dict[str, float], Answers]:
    """Metrics with their prefix, and the answers to the rows that tell most: the validation rows, else the training
    rows."""
    answers = ask(fitted, rows.features, rows.target, kind, positive_class)
    figures = {f"train_{name}": value for name, value in measured(answers).items()}
    if held_out is not None:
        answers = ask(fitted, held_out.features, held_out.target, kind, positive_class)
        figures.update({f"validation_{name}": value for name, value in measured(answers).items()})
    for name, value in figures.items():
        log_metric(name, value)
    return figures, answers


def _card(fitted: Any, figures: Mapping[str, float], answers: Answers, shown: Rows, cautions: list[str]) -> None:
    for caution in cautions:
        print(f"warning: {caution}")
        card().markdown(f"**Warning.** {caution}")
    names = list(dict.fromkeys(name.partition("_")[2] for name in figures))
    table = [[name, figures.get(f"train_{name}"), figures.get(f"validation_{name}")] for name in names]
    for name, on_train, on_validation in table:
        print(f"{name}: train {on_train}" + ("" if on_validation is None else f", validation {on_validation}"))
    card().table("Metrics", ["metric", "train", "validation"], table)
    show_answers(answers)
    _worst(answers, shown)
    card().markdown(f"Architecture\n\n```text\n{fitted!r}\n```")
    schema = [[name, str(dtype)] for name, dtype in list(shown.features.dtypes.items())[:COLUMNS_LIMIT]]
    card().table("Features", ["feature", "type"], schema)


def _tell_parameters(chosen: Mapping[str, JsonValue]) -> None:
    if not chosen:
        return
    print("with " + ", ".join(f"{name} {json.dumps(value)}" for name, value in chosen.items()))
    card().table("Algorithm parameters", ["parameter", "value"], [[name, str(one)] for name, one in chosen.items()])


def _worst(answers: Answers, shown: Rows) -> None:
    order = np.argsort(-_losses(answers), kind="stable")[:WORST_ROWS]
    columns = list(shown.raw.columns[:8])
    rows = [
        [answers.truth[place], answers.predicted[place], *(shown.raw.iloc[place][name] for name in columns)]
        for place in order
    ]
    card().table("Worst predictions", ["actual", "predicted", *columns], rows)


def _losses(answers: Answers) -> Any:
    """(n_rows,) how wrong each answer is; distance for numbers, missing probability of the truth for classes."""
    if answers.classes is None:
        return np.abs(answers.truth - answers.predicted)
    if answers.scores is None:
        return (answers.truth != answers.predicted).astype(float)
    places = {value: number for number, value in enumerate(answers.classes)}
    return np.array(
        [1 - row[places[one]] if one in places else 1 for row, one in zip(answers.scores, answers.truth, strict=True)]
    )


def _leaderboard(target: str, said: str | None, figures: Mapping[str, float], algorithm: str, validated: bool) -> None:
    prefix = "validation_" if validated else "train_"
    values = {name.removeprefix(prefix): value for name, value in figures.items() if name.startswith(prefix)}
    metric = find_metric(values, said) if said else default_metric(values)
    this = {"algorithm": algorithm, "value": values[metric]}
    rows = leaderboard(target, prefix + metric, metric not in LESS_IS_BETTER, this)
    print(f"primary metric {metric}: {values[metric]:.6g}")
    if len(rows) > 1:
        card().table(f"Leaderboard by {prefix}{metric}", ["run", "algorithm", metric], rows)


def _about(
    table: Any,
    rows: Rows,
    inside: Inside | None,
    target: str,
    kind: Task,
    answers: Answers,
    ignored: tuple[str | None, ...],
    algorithm: str,
) -> About:
    return About(
        features=inside.about.features if inside else tuple(rows.features.columns),
        inner_features=tuple(rows.features.columns),
        transformer=inside.about.transformer if inside else None,
        transformed_by=None if inside else transformed_by(table),
        target=target,
        task=kind,
        positive_class=None if answers.positive is None else str(answers.positive),
        ignored=tuple(name for name in ignored if name),
        algorithm=algorithm,
    )


def _new_model(
    fitted: Any, about: About, inside: Inside | None, rows: Rows, algorithm: str, all_classes: bool, prefix: str
) -> NewModel:
    whole = Pipeline([("transformer", inside.fitted), ("model", fitted)]) if inside else fitted
    served = ScoringModel(whole, prefix, all_classes) if all_classes or prefix else None
    asked = ScoringModel(fitted, prefix, all_classes) if served else fitted
    answers = asked.predict(rows.features.head(EXAMPLE_ROWS))
    takes = inside.schema if inside and inside.schema else rows.raw.head(EXAMPLE_ROWS)
    extra = (f"{algorithm}=={version(algorithm)}",) if algorithm in ("xgboost", "lightgbm") else ()
    return NewModel(whole, replace(about, digest=content_digest(served or whole)), takes, answers, served, extra)
