"""split: one table into training, validation and test rows."""

from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

import pandas as pd
from pydantic import Field

from octopus.steps.runtime.attempt import card, log_metric
from octopus.steps.runtime.charts import bars
from octopus.steps.runtime.declare import Dataset, Doc, Param, step
from octopus.steps.runtime.own_code import own_function
from octopus.steps.tables.cleaning import moments
from octopus.steps.tables.files import need_columns
from octopus.steps.tables.parts import (
    NAMES,
    Places,
    as_classes,
    by_chance,
    by_function,
    by_group,
    by_hash,
    by_time,
    shares,
)
from octopus.steps.tables.profile import COLUMNS_LIMIT

Method = Literal["hash", "random", "time", "group", "custom"]
ROWS_NEEDED = 4
"""Fewer rows in a part make every figure about it meaningless."""
Share = Annotated[float, Field(ge=0)]


class Parts(NamedTuple):
    train: Annotated[Dataset, Doc("Rows to learn from.")]
    validation: Annotated[Dataset, Doc("Rows to choose and calibrate by.")]
    test: Annotated[Dataset, Doc("Rows to judge by, once.")]


@step(
    title="Split",
    category="Prepare",
    colour="transform",
    icon="CallSplit",
    summary=("ratios", "method"),
)
def split(
    data: Annotated[Dataset, Doc("The table to split.")],
    ratios: Annotated[
        tuple[Share, ...],
        Param("Ratios", "Shares of train, validation and test; any scale.", min_length=3, max_length=3),
    ] = (0.75, 0.125, 0.125),
    method: Annotated[
        Method,
        Param(
            "Method",
            "hash: every row goes by its own content into one of 1000 buckets, whatever the order of rows. random: "
            "drawn with the seed. time: oldest to train, newest to test. group: rows of one group stay together. "
            "custom: your function.",
        ),
    ] = "hash",
    target: Annotated[
        str | None,
        Param(
            "Target column",
            "If it holds classes, hash and random give every part the same mix of them. "
            "Rows without a target are dropped.",
            widget="column",
        ),
    ] = None,
    seed: Annotated[int, Param("Seed", "For the method random.", ge=0, le=4_294_967_295)] = 42,
    time_column: Annotated[str | None, Param("Time column", "For the method time.", widget="column")] = None,
    group_column: Annotated[str | None, Param("Group column", "For the method group.", widget="column")] = None,
    function: Annotated[
        str | None,
        Param(
            "Own split",
            "For the method custom: Python source of a function split(data) that returns for every row "
            "train, validation, test, or None to drop it.",
            widget="code",
            literal=True,
        ),
    ] = None,
    post_split: Annotated[
        str | None,
        Param(
            "After the split",
            "Python source of a function post_split(train, validation, test) that returns the three tables.",
            widget="code",
            literal=True,
        ),
    ] = None,
    post_filter: Annotated[
        str | None,
        Param(
            "Filter on train",
            "Python source of a function post_filter(train) that returns True for every training row to keep.",
            widget="code",
            literal=True,
        ),
    ] = None,
    skip_profile: Annotated[
        bool, Param("Skip the profile", "Leave the comparison of the parts out of the card.")
    ] = False,
) -> Parts:
    """Splits the rows into three parts. Every part with a share above 0 must get at least 4 rows.

    The method hash needs no seed: a row's part follows from its content, equal rows stay together, and without a target
    a row keeps its part when others are added. Shares are exact with a class target and on average without one.
    """
    print(f"splitting {len(data):,} rows by {method}")
    kept = _with_target(data, target)
    wanted = shares(ratios)
    classes = as_classes(kept[target]) if target else None
    places = _places(kept, method, wanted, classes, seed, time_column, group_column, function)
    tables = [kept.iloc[one].reset_index(drop=True) for one in places]
    if post_filter:
        tables[0] = _filtered(tables[0], own_function(post_filter, "post_filter"))
    if post_split:
        tables = _rebuilt(own_function(post_split, "post_split")(*tables))
    _need_rows(tables, wanted if method != "custom" else None)
    _show(data, tables, target if classes is not None else None, profile=not skip_profile)
    return Parts(*tables)


def _with_target(data: Any, target: str | None) -> Any:
    if data.empty:
        raise ValueError("the table has no rows to split")
    if not target:
        return data
    need_columns(data, [target])
    return data[data[target].notna()].reset_index(drop=True)


def _places(
    table: Any,
    method: Method,
    wanted: tuple[float, float, float],
    classes: Any | None,
    seed: int,
    time_column: str | None,
    group_column: str | None,
    function: str | None,
) -> Places:
    if method == "hash":
        return by_hash(table, wanted, classes)
    if method == "random":
        return by_chance(len(table), wanted, classes, seed)
    if method == "time":
        return by_time(_times(table, time_column), wanted)
    if method == "group":
        return by_group(table[_named(table, group_column, "group_column")], wanted)
    if not function:
        raise ValueError("the method custom needs a function")
    return by_function(own_function(function, "function"), table)


def _named(table: Any, column: str | None, parameter: str) -> str:
    if not column:
        raise ValueError(f"this method needs {parameter}")
    need_columns(table, [column])
    return column


def _times(table: Any, column: str | None) -> Any:
    times = table[_named(table, column, "time_column")]
    if pd.api.types.is_numeric_dtype(times):
        return times
    try:
        return moments(times)
    except ValueError as fault:
        raise ValueError(f"column {column!r} does not hold times: {fault}") from fault


def _filtered(train: Any, keep: Callable[[Any], Any]) -> Any:
    answers = pd.Series(list(keep(train)), index=train.index)
    if len(answers) != len(train) or not answers.isin([True, False]).all():
        raise ValueError(f"post_filter must answer True or False for each of the {len(train)} training rows")
    return train[answers.astype(bool)].reset_index(drop=True)


def _rebuilt(answer: Any) -> list[Any]:
    tables = list(answer) if isinstance(answer, tuple | list) else []
    if len(tables) != 3 or not all(isinstance(table, pd.DataFrame) for table in tables):
        raise TypeError("post_split must return three tables: train, validation, test")
    return [table.reset_index(drop=True) for table in tables]


def _need_rows(tables: list[Any], wanted: tuple[float, float, float] | None) -> None:
    for number, table in enumerate(tables):
        expected = number == 0 or len(table) > 0 if wanted is None else wanted[number] > 0
        if expected and len(table) < ROWS_NEEDED:
            counts = ", ".join(f"{name} {len(one)}" for name, one in zip(NAMES, tables, strict=True))
            raise ValueError(
                f"the part {NAMES[number]} has {len(table)} rows and needs at least {ROWS_NEEDED} ({counts}): "
                "use more data or other ratios"
            )


def _show(data: Any, tables: list[Any], classes: str | None, *, profile: bool) -> None:
    total = len(data)
    dropped = total - sum(map(len, tables))
    rows: list[list[object]] = [[name, len(one), len(one) / total] for name, one in zip(NAMES, tables, strict=True)]
    card().table("Parts", ["part", "rows", "share"], [*rows, ["dropped", dropped, dropped / total]])
    for name, count, _ in rows:
        print(f"{name}: {count:,} rows")
        log_metric(f"{name}_rows", float(str(count)))
    log_metric("dropped_rows", dropped)
    if profile and classes and all(classes in one.columns for one in tables):
        card().chart(f"Classes of {classes}", bars(_class_shares(tables, classes), "share", "class", colour="part"))
    if profile:
        numeric = [name for name in data.columns if pd.api.types.is_numeric_dtype(data[name])][:COLUMNS_LIMIT]
        means = [[name, *(_mean(one, name) for one in tables)] for name in numeric]
        card().table("Means of numeric columns", ["column", *NAMES], means)


def _mean(part: Any, name: str) -> float | None:
    """None for an empty part, or for a column that post_split took away."""
    return None if part.empty or name not in part.columns else float(part[name].mean())


def _class_shares(tables: list[Any], classes: str) -> list[dict[str, object]]:
    return [
        {"part": name, "class": str(value), "share": round(float(share), 4)}
        for name, one in zip(NAMES, tables, strict=True)
        for value, share in one[classes].value_counts(normalize=True).sort_index().items()
    ]
