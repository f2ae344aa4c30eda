"""clean: missing values, duplicates, outliers and types."""

from typing import Annotated, Any, Literal, NamedTuple

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from octopus.steps.runtime.attempt import card, log_metric
from octopus.steps.runtime.declare import Dataset, Doc, Param, step
from octopus.steps.tables.cleaning import converted, fences, filled
from octopus.steps.tables.files import need_columns
from octopus.steps.tables.profile import show_table

Missing = Literal["keep", "drop", "mean", "median", "mode", "constant"]


class MissingRule(BaseModel):
    """What to do about missing values of one column."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Rule")

    column: str = Field(title="Column", min_length=1, json_schema_extra={"x-widget": "column"})
    strategy: Missing = Field(title="Strategy", default="drop")
    value: str | None = Field(title="Value", description="For the strategy constant.", default=None)


class TypeRule(BaseModel):
    """The type one column is turned into."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, title="Type")

    column: str = Field(title="Column", min_length=1, json_schema_extra={"x-widget": "column"})
    type: Literal["int", "float", "str", "bool", "datetime", "category"] = Field(title="Type", default="float")


class Cleaned(NamedTuple):
    data: Annotated[Dataset, Doc("The cleaned table.")]


@step(
    title="Clean",
    category="Prepare",
    colour="transform",
    icon="CleaningServices",
    summary=("missing", "duplicates", "outliers"),
)
def clean(
    data: Annotated[Dataset, Doc("The table to clean.")],
    types: Annotated[tuple[TypeRule, ...], Param("Types", "Columns to convert; done first.")] = (),
    missing: Annotated[
        Missing,
        Param(
            "Missing values",
            "For every column without a rule of its own. drop: leave the row out. mean and median take the most "
            "frequent value where a column is not numeric.",
        ),
    ] = "drop",
    fill_value: Annotated[str | None, Param("Fill value", "For the strategy constant.")] = None,
    missing_rules: Annotated[
        tuple[MissingRule, ...], Param("Rules per column", "Columns whose missing values are treated differently.")
    ] = (),
    duplicates: Annotated[
        Literal["drop", "keep"], Param("Duplicate rows", "drop: of equal rows the first one stays.")
    ] = "drop",
    duplicate_columns: Annotated[
        tuple[str, ...],
        Param("Duplicates by", "Rows count as equal if these columns are; empty: all columns.", widget="columns"),
    ] = (),
    outliers: Annotated[
        Literal["keep", "drop", "clip"], Param("Outliers", "What to do with values outside the fences.")
    ] = "keep",
    outlier_method: Annotated[
        Literal["iqr", "z"],
        Param(
            "Fences",
            "iqr: quartiles minus/plus threshold times their distance. z: mean minus/plus threshold times deviation.",
        ),
    ] = "iqr",
    outlier_threshold: Annotated[float | None, Param("Threshold", "Empty: 1.5 for iqr, 3 for z.", gt=0)] = None,
    outlier_columns: Annotated[
        tuple[str, ...], Param("Outliers in", "Numeric columns to look at; empty: all.", widget="columns")
    ] = (),
    skip_profile: Annotated[bool, Param("Skip the profile", "Leave the column statistics out of the card.")] = False,
) -> Cleaned:
    """Converts types, then treats missing values, duplicates and outliers, in this order.

    Means, medians and fences are taken from the whole table. Where a model must not learn anything from its test rows,
    fill missing values in the transform step instead, which looks at the training rows only.
    """
    before = len(data)
    acts: list[list[object]] = []
    table = _typed(data, types, acts)
    rules = _rules(table, missing, fill_value, missing_rules)
    table = _without_missing(table, rules, acts)
    table = _without_duplicates(table, duplicates, list(duplicate_columns), acts)
    if outliers != "keep":
        limit = outlier_threshold or (1.5 if outlier_method == "iqr" else 3.0)
        table = _without_outliers(table, outliers, outlier_method, limit, list(outlier_columns), acts)
    if table.empty:
        raise ValueError(f"no row is left of {before:,}: {'; '.join(f'{act[0]} {act[1]}' for act in acts)}")
    for act in acts:
        print(*act)
    print(f"{len(table):,} of {before:,} rows are left")
    log_metric("rows", len(table))
    log_metric("dropped_rows", before - len(table))
    card().table("What was done", ["act", "column", "cells or rows"], acts)
    show_table(card(), table, "Result", profile=not skip_profile)
    return Cleaned(table.reset_index(drop=True))


def _typed(data: Any, types: tuple[TypeRule, ...], acts: list[list[object]]) -> Any:
    need_columns(data, [rule.column for rule in types])
    table = data.copy()
    for rule in types:
        table[rule.column] = converted(table[rule.column], rule.type)
        acts.append([f"to {rule.type}", rule.column, len(table)])
    return table


def _rules(
    table: Any, missing: Missing, fill_value: str | None, own: tuple[MissingRule, ...]
) -> dict[str, MissingRule]:
    need_columns(table, [rule.column for rule in own])
    rules = {name: MissingRule(column=name, strategy=missing, value=fill_value) for name in table.columns}
    return {**rules, **{rule.column: rule for rule in own}}


def _without_missing(table: Any, rules: dict[str, MissingRule], acts: list[list[object]]) -> Any:
    holes = {name: int(count) for name, count in table.isna().sum().items() if count}
    for name in [name for name in holes if rules[name].strategy not in ("keep", "drop")]:
        table[name] = filled(table[name], rules[name].strategy, rules[name].value)
        acts.append([f"filled with {rules[name].strategy}", name, holes[name]])
    dropping = [name for name in holes if rules[name].strategy == "drop"]
    for name in dropping:
        acts.append(["dropped rows without", name, holes[name]])
    return table.dropna(subset=dropping) if dropping else table


def _without_duplicates(table: Any, duplicates: str, columns: list[str], acts: list[list[object]]) -> Any:
    need_columns(table, columns)
    if duplicates == "keep":
        return table
    again = _comparable(table[columns] if columns else table).duplicated()
    if again.any():
        acts.append(["dropped duplicates by", ", ".join(columns) or "all columns", int(again.sum())])
    return table[~again]


def _comparable(table: Any) -> Any:
    """Lists and dicts in cells cannot be compared as they are; their text can."""
    mixed = [name for name in table.columns if table[name].dtype == object]
    return table.assign(**{name: table[name].map(repr) for name in mixed})


def _without_outliers(
    table: Any, action: str, method: str, threshold: float, columns: list[str], acts: list[list[object]]
) -> Any:
    need_columns(table, columns)
    inside = pd.Series(True, index=table.index)
    for name in columns or [name for name in table.columns if _measures(table[name])]:
        if not _measures(table[name]):
            raise ValueError(f"column {name!r} is not numeric, so it has no outliers to look for")
        low, high = fences(table[name], method, threshold)
        outside = (table[name] < low) | (table[name] > high)
        if not outside.any():
            continue
        acts.append(
            [
                f"{'clipped' if action == 'clip' else 'dropped'} outside [{low:.6g}, {high:.6g}]",
                name,
                int(outside.sum()),
            ]
        )
        if action == "clip":
            table[name] = table[name].astype("float64").clip(low, high)
        else:
            inside &= ~outside
    return table[inside]


def _measures(column: Any) -> bool:
    return bool(pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column))
