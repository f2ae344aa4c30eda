"""From a table to what a card shows of it: one line per column, the first rows, how much of it is there."""

from typing import Any

import numpy as np
import pandas as pd

from octopus.steps.runtime.cards import Card

COLUMNS_LIMIT = 100
"""Columns listed on a card."""
PREVIEW_ROWS = 10
PREVIEW_COLUMNS = 20
HEADINGS = ("column", "type", "missing", "distinct", "min", "mean", "max", "most frequent")


def show_table(card: Card, table: Any, title: str, *, profile: bool = True) -> None:
    """Adds schema, statistics (unless `profile` is off) and the first rows."""
    card.markdown(f"**{title}**: {len(table):,} rows, {table.shape[1]:,} columns.")
    if profile:
        card.table("Columns", HEADINGS, [column_profile(table[name]) for name in table.columns[:COLUMNS_LIMIT]])
    else:
        card.table("Columns", HEADINGS[:2], [[name, str(table[name].dtype)] for name in table.columns[:COLUMNS_LIMIT]])
    if table.shape[1] > COLUMNS_LIMIT:
        card.markdown(f"{table.shape[1] - COLUMNS_LIMIT} further columns are not listed.")
    head = table.iloc[:PREVIEW_ROWS, :PREVIEW_COLUMNS]
    card.table("First rows", list(head.columns), head.itertuples(index=False, name=None))


def column_profile(column: Any) -> list[object]:
    """Values in the order of HEADINGS; what does not apply to the column's type is None."""
    present = column.dropna()
    line: list[object] = [column.name, str(column.dtype), int(column.isna().sum()), distinct(present)]
    if present.empty:
        return [*line, None, None, None, None]
    if pd.api.types.is_bool_dtype(column):
        return [*line, None, _rounded(present.mean()), None, None]
    if pd.api.types.is_numeric_dtype(column):
        return [*line, _rounded(present.min()), _rounded(present.mean()), _rounded(present.max()), None]
    if pd.api.types.is_datetime64_any_dtype(column):
        return [*line, present.min(), None, present.max(), None]
    return [*line, None, None, None, present.astype(str).value_counts().index[0]]


def distinct(column: Any) -> int:
    """Number of different values; values that cannot be hashed are compared as text."""
    try:
        return int(column.nunique())
    except TypeError:
        return int(column.astype(str).nunique())


def _rounded(value: Any) -> float | int:
    number = float(value)
    return int(number) if number.is_integer() and abs(number) < 1e15 else float(np.format_float_scientific(number, 5))
