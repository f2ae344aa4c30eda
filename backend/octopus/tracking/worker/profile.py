"""A data frame -> what each of its columns is like, in numbers that a card or a small chart shows."""

import math

import pandas as pd

BINS = 12
TOP_VALUES = 8
"""Most frequent values shown of a column that is not numeric."""


def profile(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Per column, in order: name, count (not missing), missing, distinct, and for numbers min, max, mean, std and a
    histogram, for anything else the most frequent values."""
    return [{"name": str(name), **_column(frame[name])} for name in frame.columns]


def _column(values: pd.Series) -> dict[str, object]:
    present = values.dropna()
    base: dict[str, object] = {
        "count": len(present),
        "missing": int(values.isna().sum()),
        "distinct": _distinct(present),
    }
    if pd.api.types.is_bool_dtype(present) or not pd.api.types.is_numeric_dtype(present):
        return {**base, "top": _top(present)}
    finite = present.astype("float64")
    finite = finite[finite.abs() < math.inf]
    return {**base, **_moments(finite), "histogram": _histogram(finite)}


def _distinct(values: pd.Series) -> int | None:
    """None where values cannot be compared (lists, objects)."""
    try:
        return int(values.nunique())
    except TypeError:
        return None


def _top(values: pd.Series) -> list[dict[str, object]]:
    counts = values.astype(str).str.slice(0, 100).value_counts().head(TOP_VALUES)
    return [{"value": str(value), "count": int(count)} for value, count in counts.items()]


def _moments(values: pd.Series) -> dict[str, object]:
    figures = {"min": values.min(), "max": values.max(), "mean": values.mean(), "std": values.std()}
    return {name: None if math.isnan(figure) else float(figure) for name, figure in figures.items()}


def _histogram(values: pd.Series) -> list[dict[str, object]]:
    if values.empty:
        return []
    if values.min() == values.max():
        return [{"from": float(values.min()), "to": float(values.max()), "count": len(values)}]
    bins = pd.cut(values, BINS, include_lowest=True).value_counts(sort=False)
    return [{"from": float(b.left), "to": float(b.right), "count": int(count)} for b, count in bins.items()]
