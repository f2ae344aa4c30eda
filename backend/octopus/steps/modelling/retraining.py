"""From the parameters a model was trained with to those of the next execution, and when to give up. Nothing but values
in and values out: what there is to know of earlier executions travels in the parameters themselves.

What travels: algorithm parameters by name, `seed` and `train_share` (parameters of the train step), and under
`_history` what every earlier execution used and reached, the oldest first. Names that begin with `_` are notes.
"""

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from octopus.steps.modelling.answers import LESS_IS_BETTER

SEED = "seed"
TRAIN_SHARE = "train_share"
LARGEST_SEED = 4_294_967_295
HISTORY = "_history"
HISTORY_LIMIT = 1000
"""Executions that are remembered: as many as a loop can have."""
POINTS_LIMIT = 10_000
"""Points of a grid: more are never tried one after the other."""

Params = Mapping[str, JsonValue]


class Change(BaseModel):
    """How one parameter changes from one execution to the next."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Change")

    parameter: str = Field(
        title="Parameter",
        description="Of the algorithm, such as max_depth; or seed or train_share of the train step.",
        pattern=r"^[A-Za-z][A-Za-z0-9_]*$",
    )
    how: Literal["multiply", "add", "list"] = Field(
        title="How", description="list: the next of the values below.", default="multiply"
    )
    by: float | None = Field(title="By", description="What to multiply by or to add.", default=None)
    values: tuple[JsonValue, ...] = Field(
        title="Values", description="For list: used one after the other, the last one stays.", default=()
    )
    at_least: float | None = Field(title="At least", description="It never falls below.", default=None)
    at_most: float | None = Field(title="At most", description="It never grows beyond.", default=None)


@dataclass(frozen=True, slots=True)
class Execution:
    """What one execution used and reached."""

    params: Params
    metrics: Mapping[str, float | None]


def to_twelve_digits(metrics: Mapping[str, float | None]) -> dict[str, float | None]:
    """Metrics as they travel: to twelve digits. The last ones depend on the order in which threads add up, and a
    difference there must not make everything that follows be executed again."""
    return {name: value if value is None else float(f"{value:.12g}") for name, value in metrics.items()}


def without_notes(params: Params) -> dict[str, JsonValue]:
    return {name: value for name, value in params.items() if not name.startswith("_")}


def notes(params: Params) -> dict[str, JsonValue]:
    return {name: value for name, value in params.items() if name.startswith("_")}


def overridden(
    params: Params | None, hyperparameters: Params, seed: int, train_share: float
) -> tuple[dict[str, JsonValue], int, float]:
    """Algorithm parameters, seed and share of rows, after `params` had its say. Raises ValueError naming what is wrong
    there."""
    if params is None:
        return dict(hyperparameters), seed, train_share
    if not isinstance(params, Mapping):
        raise ValueError("params is not a JSON object of parameters")
    said = without_notes(params)
    given_seed, given_share = said.pop(SEED, seed), said.pop(TRAIN_SHARE, train_share)
    if isinstance(given_seed, bool) or not isinstance(given_seed, int) or not 0 <= given_seed <= LARGEST_SEED:
        raise ValueError(f"params: seed is {given_seed!r}, not a whole number from 0 to {LARGEST_SEED}")
    if isinstance(given_share, bool) or not isinstance(given_share, int | float) or not 0 < given_share <= 1:
        raise ValueError(f"params: train_share is {given_share!r}, not a number above 0 and at most 1")
    return {**hyperparameters, **said}, given_seed, float(given_share)


def history(params: Params) -> list[Execution]:
    """Raises ValueError if the notes are not what an earlier retrain step left there."""
    found: Any = params.get(HISTORY, [])
    try:
        return [Execution(dict(one["params"]), dict(one["metrics"])) for one in found]
    except (TypeError, KeyError, ValueError):
        raise ValueError(f"{HISTORY} of the parameters is not a history of executions") from None


def remembered(params: Params, executions: Sequence[Execution]) -> dict[str, JsonValue]:
    """The parameters with the executions as their notes."""
    told: Any = [{"params": dict(one.params), "metrics": dict(one.metrics)} for one in executions[-HISTORY_LIMIT:]]
    return {**params, HISTORY: told}


def changed(
    used: Params, defaults: Params, changes: Sequence[Change], grid: Mapping[str, Sequence[JsonValue]]
) -> dict[str, JsonValue]:
    """The next parameters. `defaults`: where a parameter starts that `used` does not have."""
    names = [change.parameter for change in changes] + list(grid)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"{twice} is changed in two ways: keep one of them")
    following = dict(used)
    for change in changes:
        following[change.parameter] = _next(change, used.get(change.parameter, defaults.get(change.parameter)))
    return {**following, **_next_point(grid, used)} if grid else following


def _next(change: Change, value: JsonValue) -> JsonValue:
    if change.how == "list":
        return _next_of(change.parameter, change.values, value)
    if change.by is None:
        raise ValueError(f"{change.parameter}: say by how much to {change.how}")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(
            f"{change.parameter} is {value!r}, no number to {change.how} by {change.by:g}: give it one in the train "
            "step's algorithm parameters, or choose list"
        )
    return _limited(change, value * change.by if change.how == "multiply" else value + change.by, value)


def _limited(change: Change, following: float, value: float) -> JsonValue:
    if change.at_least is not None:
        following = max(following, change.at_least)
    if change.at_most is not None:
        following = min(following, change.at_most)
    if not math.isfinite(following):
        raise ValueError(f"{change.parameter} would become {following}: set a limit")
    return int(following) if isinstance(value, int) and following == int(following) else following


def _next_of(name: str, values: Sequence[JsonValue], value: JsonValue) -> JsonValue:
    if not values:
        raise ValueError(f"{name}: the list of values is empty")
    if any(values.count(one) > 1 for one in values):
        raise ValueError(f"{name}: a value stands in the list twice, so that nobody could tell which comes next")
    place = values.index(value) + 1 if value in values else 0
    return values[min(place, len(values) - 1)]


def _next_point(grid: Mapping[str, Sequence[JsonValue]], used: Params) -> dict[str, JsonValue]:
    """The point after the one in use, the last parameter changing fastest; the first if another one is in use."""
    size = math.prod(len(values) for values in grid.values())
    if not 0 < size <= POINTS_LIMIT:
        raise ValueError(f"the grid has {size:,} points; at least 1 and at most {POINTS_LIMIT:,} can be tried")
    points = _points(grid)
    first = next(points)
    for point in itertools.chain([first], points):
        if all(name in used and used[name] == value for name, value in point.items()):
            return next(points, point)
    return first


def _points(grid: Mapping[str, Sequence[JsonValue]]) -> Iterator[dict[str, JsonValue]]:
    for values in itertools.product(*grid.values()):
        yield dict(zip(grid, values, strict=True))


def without_improvement(values: Sequence[float | None], metric: str, at_least: float) -> int:
    """How many of the last values did not better the best one before them by more than `at_least`."""
    sign = -1 if metric.rpartition("/")[2] in LESS_IS_BETTER else 1
    best, since = -math.inf, 0
    for value in values:
        gained = -math.inf if value is None else sign * value
        since = 0 if gained > best + at_least else since + 1
        best = max(best, gained)
    return since
