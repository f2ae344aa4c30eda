"""retrain: choose other parameters and send them back to the train step."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, NamedTuple

from pydantic import JsonValue

from octopus.steps.modelling.algorithms import algorithm_defaults
from octopus.steps.modelling.answers import default_metric, find_metric
from octopus.steps.modelling.retraining import (
    LARGEST_SEED,
    SEED,
    TRAIN_SHARE,
    Change,
    Execution,
    changed,
    history,
    remembered,
    to_twelve_digits,
    without_improvement,
    without_notes,
)
from octopus.steps.modelling.saved import MLMODEL, SavedModel
from octopus.steps.modelling.show import show_executions
from octopus.steps.runtime.attempt import card, log_metric
from octopus.steps.runtime.declare import Anything, Branch, Doc, Metrics, Param, Params, step

NO_GRID: Mapping[str, tuple[JsonValue, ...]] = MappingProxyType({})
START: Mapping[str, JsonValue] = MappingProxyType({SEED: 42, TRAIN_SHARE: 1.0})
"""Where the train step's own parameters start if nobody says what they were."""


class Retrained(NamedTuple):
    params: Annotated[
        Params | None, Branch(), Doc("Parameters for the next execution: connect it to train's params as a loop.")
    ]


@step(
    title="Retrain",
    category="Control",
    colour="retry",
    icon="Replay",
    summary=("changes", "grid", "more_data", "new_seed"),
)
def retrain(
    failed: Annotated[Anything, Doc("What was not good enough; a model says what it was trained with.")],
    metrics: Annotated[Metrics | None, Doc("Metrics of this execution, for the card and the stop rule.")] = None,
    params: Annotated[
        Params | None, Doc("What this execution was trained with; needed only if `failed` is no model made by train.")
    ] = None,
    changes: Annotated[
        tuple[Change, ...], Param("Changes", "Parameters that are multiplied, added to, or taken from a list.")
    ] = (),
    grid: Annotated[
        Mapping[str, tuple[JsonValue, ...]],
        Param("Grid", 'Combinations tried one by one, such as {"max_depth": [2, 4], "C": [0.1, 1]}.', widget="json"),
    ] = NO_GRID,
    more_data: Annotated[
        float | None,
        Param("More data", "Multiplies the train step's share of rows (train_share), up to all of them.", gt=1),
    ] = None,
    new_seed: Annotated[
        bool, Param("New seed", "Adds 1 to the train step's seed. Also done if no other change is chosen.")
    ] = False,
    metric: Annotated[
        str | None, Param("Metric", "Watched by the stop rule and drawn in the card; empty: f1, f1_macro or rmse.")
    ] = None,
    patience: Annotated[
        int | None,
        Param("Patience", "Give up after so many executions in a row without a better metric; empty: never.", ge=1),
    ] = None,
    min_improvement: Annotated[
        float, Param("Improvement", "A metric is better if it gains more than this.", ge=0)
    ] = 0.0,
    when_given_up: Annotated[
        Literal["fail", "end"],
        Param("When given up", "fail: this step fails, and the run with it. end: the loop ends and the run goes on."),
    ] = "fail",
) -> Retrained:
    """Sends a model that was not good enough back to its train step, with other parameters.

    Connect evaluate's `fail` to `failed` and this step's `params` to train's `params` by a loop edge, which says how
    often at most. A change starts from the value the model was trained with. When every list and grid has reached its
    end and nothing would change any more, or the metric stops improving, it gives up.
    """
    used, defaults = _used(failed, params)
    executions = [*history(used), Execution(without_notes(used), to_twelve_digits(metrics or {}))]
    watched = _watched(metrics, metric, patience)
    following = _following(without_notes(used), defaults, changes, grid, more_data, new_seed)
    log_metric("executions", len(executions))
    reason = _given_up(executions, following, watched, patience, min_improvement)
    _show(executions, following, {**defaults, **used}, watched, reason)
    if reason is None:
        return Retrained(remembered(following, executions))
    if when_given_up == "fail":
        raise ValueError(reason)
    return Retrained(None)


def _used(failed: Path, params: Mapping[str, JsonValue] | None) -> tuple[dict[str, JsonValue], dict[str, JsonValue]]:
    """What was trained with, notes included, and what the algorithm takes where nothing was said."""
    about = SavedModel(failed).about if (failed / MLMODEL).is_file() else None
    if params is None and (about is None or about.trained_with is None):
        raise ValueError(
            "nobody says what was trained with: connect a model that octopus' train step made, or that step's params"
        )
    defaults = algorithm_defaults(about.algorithm, about.task) if about and about.algorithm and about.task else {}
    used = params if params is not None else json.loads(about.trained_with or "{}") if about else {}
    if not isinstance(used, dict):
        raise ValueError("params is not a JSON object of parameters")
    return used, {**defaults, **START}


def _watched(metrics: Mapping[str, float] | None, said: str | None, patience: int | None) -> str | None:
    if metrics is None:
        if patience or said:
            raise ValueError("connect evaluate's metrics: the stop rule goes by them")
        return None
    try:
        return find_metric(metrics, said) if said else default_metric(metrics)
    except StopIteration:
        if patience:
            raise ValueError(f"choose the metric that patience watches: {', '.join(sorted(metrics))}") from None
        return None


def _following(
    used: Mapping[str, JsonValue],
    defaults: Mapping[str, JsonValue],
    changes: tuple[Change, ...],
    grid: Mapping[str, tuple[JsonValue, ...]],
    more_data: float | None,
    new_seed: bool,
) -> dict[str, JsonValue]:
    every = list(changes)
    if more_data is not None:
        every.append(Change(parameter=TRAIN_SHARE, how="multiply", by=more_data, at_most=1.0))
    if new_seed or not (every or grid):
        every.append(Change(parameter=SEED, how="add", by=1, at_most=LARGEST_SEED))
    return changed(used, defaults, every, grid)


def _given_up(
    executions: Sequence[Execution],
    following: Mapping[str, JsonValue],
    watched: str | None,
    patience: int | None,
    min_improvement: float,
) -> str | None:
    if following == executions[-1].params:
        return f"every change has reached its end after {_times(executions)}: training again would give the same"
    if patience is None or watched is None:
        return None
    values = [one.metrics.get(watched) for one in executions]
    since = without_improvement(values, watched, min_improvement)
    if since < patience:
        return None
    return f"{watched} has not improved in the last {since} of {_times(executions)}"


def _times(executions: Sequence[Execution]) -> str:
    return "1 execution" if len(executions) == 1 else f"{len(executions)} executions"


def _show(
    executions: Sequence[Execution],
    following: Mapping[str, JsonValue],
    before: Mapping[str, JsonValue],
    watched: str | None,
    reason: str | None,
) -> None:
    lines = [[name, before.get(name), value] for name, value in following.items() if before.get(name) != value]
    number = len(executions)
    if reason is not None:
        print(f"given up: {reason}")
        card().markdown(f"## Given up\n\n{reason}")
    else:
        for name, was, becomes in lines:
            print(f"{name}: {json.dumps(was)} -> {json.dumps(becomes)}")
        card().markdown(f"Execution {number} was not good enough. Execution {number + 1} is trained with:")
        card().table("What changes", ["parameter", "was", "becomes"], lines)
    show_executions(executions, watched)
