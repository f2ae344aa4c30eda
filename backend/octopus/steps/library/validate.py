"""validate: how far a model's figures can be trusted, before anybody decides by them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any, NamedTuple

import numpy as np

from octopus.steps.modelling.answers import Task, ask, default_metric, find_metric, infer_task, measured
from octopus.steps.modelling.features import known_columns, rows_for
from octopus.steps.modelling.resampling import Method, Part, Spread, learning_curve, measured_on, parts, spreads
from octopus.steps.runtime.attempt import card, log_metric, progress
from octopus.steps.runtime.charts import curve
from octopus.steps.runtime.declare import Dataset, Doc, Metrics, Model, Param, Report, step
from octopus.steps.tables.files import need_columns

PREFIX = "cv_"


class Validated(NamedTuple):
    metrics: Annotated[Metrics, Doc("The model's own metrics on these rows, and mean and deviation over the folds.")]
    report: Annotated[Report, Doc("Every fold, the spread of every metric, the learning curve.")]


@step(
    title="Validate",
    category="Evaluate",
    colour="transform",
    icon="QueryStats",
    summary=("method", "folds"),
)
def validate(
    model: Annotated[Model, Doc("The model to validate.")],
    validation: Annotated[Dataset, Doc("Rows the model was not fitted on.")],
    method: Annotated[
        Method, Param("Method", "kfold: every row is asked about once. holdout: a part is drawn again and again.")
    ] = "kfold",
    folds: Annotated[int, Param("Folds", "Or how often a part is drawn.", ge=2, le=100)] = 5,
    holdout: Annotated[float, Param("Part held out", "For holdout: its share of the rows.", gt=0, lt=1)] = 0.25,
    metric: Annotated[
        str | None, Param("Metric", "Of the charts and the learning curve; empty: f1, f1_macro or rmse.")
    ] = None,
    curve_points: Annotated[
        int, Param("Learning curve", "At so many sizes of the rows to learn from; 0: none.", ge=0, le=20)
    ] = 5,
    target: Annotated[
        str | None, Param("Target column", "Empty: the one the model was trained on.", widget="column")
    ] = None,
    positive_class: Annotated[str | None, Param("Positive class", "Empty: the one chosen in training.")] = None,
    seed: Annotated[int, Param("Seed", "For the folds.", ge=0, le=4_294_967_295)] = 42,
) -> Validated:
    """Measures the model on the validation rows, then fits its algorithm again and again on parts of them
    (cross-validation) to say how much the figures vary, and draws the learning curve.

    The model's own metrics keep their names; those of the folds are `cv_<metric>` (mean) and `cv_<metric>_std`. The
    model itself is not changed. Rows count alike: a weight column is not used here.
    """
    about = model.about
    answer_column = target or about.target
    if answer_column is None:
        raise ValueError("the model does not say what it predicts: choose the target column")
    need_columns(validation, [answer_column], "the validation table")
    judged = validation[validation[answer_column].notna()]
    if judged.empty:
        raise ValueError("the validation table has no rows to validate with")
    loaded = model.load()
    asked, rows = rows_for(known_columns(about, loaded), loaded, judged, "the validation table")
    truth = judged[answer_column]
    kind: Task = about.task or infer_task(truth)
    positive = positive_class or about.positive_class
    own = measured(ask(asked, rows, truth, kind, positive))
    print(f"validating on {len(rows):,} rows ({kind}): {method}, {folds} folds")
    cut = parts(truth, kind, method, folds, holdout, seed)
    chosen = find_metric(own, metric) if metric else default_metric(own)
    found = _over_folds(asked, rows, truth, cut, kind, positive, chosen)
    spread = spreads(found)
    course = _course(asked, rows, truth, cut[0], curve_points, kind, positive, chosen, seed)
    figures = {**own, **_figures(spread)}
    for name, value in figures.items():
        log_metric(name, value)
    _show(own, spread, found, course, chosen)
    told = {name: asdict(one) for name, one in spread.items()}
    report = {"method": method, "rows": len(rows), "folds": found, "spread": told, "learning_curve": course}
    return Validated(figures, {**report, "model": {"run_id": model.run_id, "digest": model.digest()}})


def _over_folds(
    asked: Any, rows: Any, truth: Any, cut: Sequence[Part], kind: Task, positive: str | None, metric: str
) -> list[dict[str, float]]:
    found = []
    for number, part in enumerate(cut, 1):
        one = measured_on(asked, rows, truth, part, kind, positive)
        found.append(one)
        shown = metric if metric in one else default_metric(one)
        progress(0.8 * number / len(cut), f"fold {number} of {len(cut)}: {shown} {one[shown]:.4g}")
        log_metric(f"{PREFIX}{shown}", one[shown], step=number)
    return found


def _figures(spread: Mapping[str, Spread]) -> dict[str, float]:
    means = {f"{PREFIX}{name}": one.mean for name, one in spread.items()}
    return {**means, **{f"{PREFIX}{name}_std": one.deviation for name, one in spread.items()}}


def _course(
    asked: Any, rows: Any, truth: Any, part: Part, points: int, kind: Task, positive: str | None, metric: str, seed: int
) -> list[dict[str, float]]:
    """Rows to learn from -> the metric on them and on the others, on the first fold."""
    if points == 0:
        return []
    progress(0.85, "drawing the learning curve")
    order = np.random.default_rng(seed).permutation(part.fitted_on)
    largest = len(order)
    sizes = sorted({max(2, round(largest * (number + 1) / points)) for number in range(points)})
    drawn = learning_curve(asked, rows, truth, Part(order, part.asked_about), sizes, kind, positive)
    return [
        {"rows": size, "learnt_from": seen[metric], "held_out": held_out[metric]}
        for size, seen, held_out in drawn
        if metric in seen and metric in held_out
    ]


def _show(
    own: Mapping[str, float],
    spread: Mapping[str, Spread],
    found: Sequence[Mapping[str, float]],
    course: Sequence[Mapping[str, float]],
    metric: str,
) -> None:
    one = spread.get(metric)
    if one is not None:
        print(f"{metric}: {own[metric]:.4g} as it is, {one.mean:.4g} ± {one.deviation:.2g} over {len(found)} folds")
        card().markdown(f"**{metric} {one.mean:.4g} ± {one.deviation:.2g}** over {len(found)} folds")
    lines = [
        [name, value, *((s.mean, s.deviation, s.lowest, s.highest) if (s := spread.get(name)) else (None,) * 4)]
        for name, value in own.items()
    ]
    card().table("Metrics", ["metric", "this model", "mean", "deviation", "lowest", "highest"], lines)
    names = list(spread)
    folds = [[number, *(fold[name] for name in names)] for number, fold in enumerate(found, 1)]
    card().table("Folds", ["fold", *names], folds)
    if len(course) > 1:
        points = [
            {"rows": point["rows"], metric: point[part], "measured on": said}
            for part, said in (("learnt_from", "rows it learnt from"), ("held_out", "other rows"))
            for point in course
        ]
        card().chart("Learning curve", curve(points, "rows", metric, colour="measured on"))
