"""Single cleaning acts on a column or table; each leaves its argument alone and answers a new one."""

import warnings
from typing import Any

import pandas as pd

TRUE = {"true", "yes", "y", "t", "1", "1.0"}
FALSE = {"false", "no", "n", "f", "0", "0.0"}


def converted(column: Any, type_name: str) -> Any:
    """Raises ValueError naming a value that cannot be converted. Missing values stay missing."""
    try:
        return _convert(column, type_name)
    except (ValueError, TypeError) as fault:
        raise ValueError(f"column {column.name!r} cannot be turned into {type_name}: {fault}") from fault


def _convert(column: Any, type_name: str) -> Any:
    if type_name == "float":
        return pd.to_numeric(column).astype("float64")
    if type_name == "int":
        numbers = pd.to_numeric(column)
        if (numbers.dropna() % 1 != 0).any():
            raise ValueError("it has fractions")
        return numbers.astype("int64" if numbers.notna().all() else "Int64")
    if type_name == "bool":
        return _booleans(column)
    if type_name == "datetime":
        return moments(column)
    if type_name == "category":
        return column.astype("category")
    return column.astype("str").where(column.notna(), None)


def moments(column: Any) -> Any:
    """Texts or dates as dates; every text is read by itself if they do not share one form."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Could not infer format")
        return pd.to_datetime(column)


def _booleans(column: Any) -> Any:
    text = column.dropna().astype(str).str.strip().str.lower()
    unknown = text[~text.isin(TRUE | FALSE)]
    if len(unknown):
        raise ValueError(f"{unknown.iloc[0]!r} is neither true nor false")
    if column.isna().any():
        return text.isin(TRUE).reindex(column.index).astype("boolean")
    return text.isin(TRUE)


def filled(column: Any, strategy: str, value: str | None) -> Any:
    """Missing values replaced. Raises ValueError if nothing can replace them."""
    present = column.dropna()
    if strategy == "constant":
        return column.fillna(_constant(column, value))
    if present.empty:
        raise ValueError(f"column {column.name!r} has no value at all that could fill the missing ones")
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if strategy == "mode" or not numeric:
        return column.fillna(present.mode().iloc[0])
    number = float(getattr(present, strategy)())
    if pd.api.types.is_integer_dtype(column) and not number.is_integer():
        column = column.astype("Float64")
    return column.fillna(number)


def _constant(column: Any, value: str | None) -> object:
    if value is None:
        raise ValueError(f"column {column.name!r}: the strategy constant needs a value")
    if pd.api.types.is_bool_dtype(column):
        return value.strip().lower() in TRUE
    if pd.api.types.is_numeric_dtype(column):
        try:
            return float(value)
        except ValueError:
            raise ValueError(f"column {column.name!r} holds numbers; {value!r} is none") from None
    return pd.Timestamp(value) if pd.api.types.is_datetime64_any_dtype(column) else value


def fences(column: Any, method: str, threshold: float) -> tuple[float, float]:
    """Lowest and highest value that is no outlier. iqr: Tukey, Exploratory Data Analysis (1977)."""
    if method == "iqr":
        low, high = float(column.quantile(0.25)), float(column.quantile(0.75))
        reach = threshold * (high - low)
        return low - reach, high + reach
    middle, spread = float(column.mean()), float(column.std())
    return middle - threshold * spread, middle + threshold * spread
