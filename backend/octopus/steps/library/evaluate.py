"""evaluate: judge a model on rows it has never seen, and decide."""

import numbers
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from octopus.steps.modelling.answers import LESS_IS_BETTER, Answers, Task, ask, find_metric, infer_task, measured
from octopus.steps.modelling.features import known_columns, rows_for
from octopus.steps.modelling.saved import SavedModel
from octopus.steps.modelling.show import show_answers, show_importance
from octopus.steps.modelling.verdict import Check, Verdict, verdict_of, write_verdict
from octopus.steps.runtime.attempt import card, log_metric, progress
from octopus.steps.runtime.declare import Branch, Dataset, Doc, Metrics, Model, Param, Report, step
from octopus.steps.runtime.own_code import own_function
from octopus.steps.tables.files import need_columns

IMPORTANCE_ROWS = 1000
SLICES_LIMIT = 20
"""Groups of a slice column that are listed, the largest first."""


class Criterion(BaseModel):
    """One condition the model must meet."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Criterion")

    metric: str = Field(
        title="Metric", description="Such as accuracy, recall, rmse, or a metric of your own.", min_length=1
    )
    threshold: float = Field(title="Threshold", allow_inf_nan=False)
    direction: Literal["auto", "at_least", "at_most"] = Field(
        title="Direction", description="auto: at least, or at most for errors and losses.", default="auto"
    )


class CustomMetric(BaseModel):
    """A metric of the user's own."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Own metric")

    name: str = Field(title="Name", pattern=r"^[A-Za-z_][A-Za-z0-9_/.-]{0,99}$")
    function: str = Field(
        title="Function",
        description="Python source of a function metric(y_true, y_pred) that returns a number.",
        json_schema_extra={"x-widget": "code"},
    )
    greater_is_better: bool = Field(title="Greater is better", default=True)


class Evaluated(NamedTuple):
    pass_: Annotated[bool, Branch(of="model"), Doc("The model, if it meets every criterion.")]
    fail: Annotated[bool, Branch(of="model"), Doc("The model, if it misses one.")]
    metrics: Annotated[Metrics, Doc("Metrics on the test rows.")]
    report: Annotated[Report, Doc("Verdict, criteria with their values, metrics.")]


@step(
    title="Evaluate",
    category="Evaluate",
    colour="decision",
    icon="FactCheck",
    summary=("criteria",),
)
def evaluate(
    model: Annotated[Model, Doc("The model to judge.")],
    test: Annotated[Dataset, Doc("Rows the model has never seen.")],
    criteria: Annotated[
        tuple[Criterion, ...], Param("Criteria", "All must hold for the model to pass; none: it passes as UNKNOWN.")
    ] = (),
    custom_metrics: Annotated[
        tuple[CustomMetric, ...], Param("Own metrics", "Computed beside the built-in ones.")
    ] = (),
    target: Annotated[
        str | None, Param("Target column", "Empty: the one the model was trained on.", widget="column")
    ] = None,
    positive_class: Annotated[str | None, Param("Positive class", "Empty: the one chosen in training.")] = None,
    slices: Annotated[
        tuple[str, ...], Param("Slices", "Columns whose groups are judged one by one in the card.", widget="columns")
    ] = (),
    feature_importance: Annotated[
        bool, Param("Feature importance", "By permutation of at most 1000 rows, in the card.")
    ] = True,
    seed: Annotated[int, Param("Seed", "For permutations and for the rows shown.", ge=0, le=4_294_967_295)] = 42,
) -> Evaluated:
    """Measures a model on test rows and decides: all criteria hold -> `pass` (VALIDATED), one does not -> `fail`
    (REJECTED), none given -> `pass` (UNKNOWN).

    Both branch ports hand the model on. The verdict is also written on the MLflow run that trained the model
    (tag `octopus.validation`), where the register step looks for it. Choosing parameters by these figures makes them
    worthless: use the validation rows for that.
    """
    about = model.about
    answer_column = target or about.target
    if answer_column is None:
        raise ValueError("the model does not say what it predicts: choose the target column")
    need_columns(test, [answer_column], "the test table")
    judged = test[test[answer_column].notna()]
    if judged.empty:
        raise ValueError("the test table has no rows to judge by")
    loaded = model.load()
    asked, rows = rows_for(known_columns(about, loaded), loaded, judged)
    kind: Task = about.task or infer_task(judged[answer_column])
    print(f"judging on {len(judged):,} rows ({kind})")
    answers = ask(asked, rows, judged[answer_column], kind, positive_class or about.positive_class)
    figures = {**measured(answers), **_own_metrics(custom_metrics, answers)}
    checks = [_check(criterion, figures, custom_metrics) for criterion in criteria]
    verdict = verdict_of(checks)
    _report(verdict, checks, figures)
    show_answers(answers)
    _slices(asked, rows, judged, answers, slices, kind, positive_class or about.positive_class)
    if feature_importance:
        _importance(asked, rows, judged[answer_column], seed)
    _hand_on(model, verdict)
    report = {
        "verdict": verdict,
        "criteria": [
            {"metric": one.metric, "value": one.value, "threshold": one.threshold, "holds": one.holds} for one in checks
        ],
        "metrics": figures,
        "rows": len(judged),
        "model": {"run_id": model.run_id, "digest": model.digest(), "target": answer_column, "task": kind},
    }
    return Evaluated(pass_=verdict != "REJECTED", fail=verdict == "REJECTED", metrics=figures, report=report)


def _own_metrics(own: tuple[CustomMetric, ...], answers: Answers) -> dict[str, float]:
    found = {}
    for one in own:
        value = own_function(one.function, one.name)(answers.truth, answers.predicted)
        if isinstance(value, bool) or not isinstance(value, numbers.Real):
            raise TypeError(f"metric {one.name} must return a number, it returned {type(value).__name__}")
        found[one.name] = float(value)
    return found


def _check(criterion: Criterion, figures: Mapping[str, float], own: tuple[CustomMetric, ...]) -> Check:
    name = find_metric(figures, criterion.metric)
    less = {one.name for one in own if not one.greater_is_better} | (LESS_IS_BETTER - {one.name for one in own})
    at_least = name not in less if criterion.direction == "auto" else criterion.direction == "at_least"
    return Check(name, figures[name], at_least, criterion.threshold)


def _report(verdict: Verdict, checks: list[Check], figures: Mapping[str, float]) -> None:
    for name, value in figures.items():
        print(f"{name}: {value:.6g}")
        log_metric(name, value)
    for check in checks:
        print(f"{'holds' if check.holds else 'FAILS'}: {check.sentence()}")
    print(f"verdict: {verdict}")
    card().markdown(f"## {verdict}")
    if checks:
        lines = [
            ["yes" if one.holds else "no", one.metric, one.value, "≥" if one.at_least else "≤", one.threshold]
            for one in checks
        ]
        card().table("Criteria", ["holds", "metric", "value", "", "threshold"], lines)
    card().table("Metrics", ["metric", "value"], list(figures.items()))
    card().markdown("Do not choose parameters by these figures: tuned on, test rows no longer tell anything.")


def _slices(
    asked: Any, rows: Any, judged: Any, answers: Answers, slices: tuple[str, ...], kind: Task, positive: str | None
) -> None:
    need_columns(judged, list(slices), "the test table")
    for column in slices:
        groups = judged[column].astype(str).to_numpy()
        largest = sorted(set(groups), key=lambda one: (-int((groups == one).sum()), one))[:SLICES_LIMIT]
        parts = {
            name: measured(ask(asked, rows[groups == name], answers.truth[groups == name], kind, positive))
            for name in largest
        }
        heads = list(dict.fromkeys(metric for part in parts.values() for metric in part))
        lines = [[name, int((groups == name).sum()), *(part.get(one) for one in heads)] for name, part in parts.items()]
        card().table(f"By {column}", [column, "rows", *heads], lines)


def _importance(asked: Any, rows: Any, truth: Any, seed: int) -> None:
    from sklearn.inspection import permutation_importance

    progress(0.7, "measuring feature importance")
    places = np.random.default_rng(seed).permutation(len(rows))[:IMPORTANCE_ROWS]
    found = permutation_importance(asked, rows.iloc[places], truth.iloc[places], n_repeats=3, random_state=seed)
    show_importance(list(rows.columns), found.importances_mean, found.importances_std)


def _hand_on(model: SavedModel, verdict: Verdict) -> None:
    if not write_verdict(model, verdict):
        print("the verdict is not written anywhere: it is unknown which MLflow run made this model")
