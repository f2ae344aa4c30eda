"""Tables between steps: a Parquet file per table, written and read whole.

`attrs` of a table travel along; that is how a table says by which transformer it went (see modelling.features).
"""

from pathlib import Path
from typing import Any

import pandas as pd


def read_table(path: Path) -> Any:
    """A pandas DataFrame from Parquet, Arrow or CSV."""
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        return pd.read_parquet(path)
    if suffix in (".arrow", ".feather"):
        return pd.read_feather(path)
    if suffix in (".csv", ".tsv"):
        return pd.read_csv(path, sep="\t" if suffix == ".tsv" else ",")
    raise ValueError(f"{path.name} is not a table that can be read: expected .parquet, .arrow or .csv")


def write_table(table: Any, path: Path) -> Path:
    """Raises TypeError for what is no table, ValueError for columns a table file cannot hold."""
    if not isinstance(table, pd.DataFrame):
        raise TypeError(f"expected a pandas DataFrame for {path.stem}, got {type(table).__name__}")
    try:
        named(table).to_parquet(path, index=False)
    except Exception as fault:
        if type(fault).__name__ not in ("ArrowInvalid", "ArrowTypeError", "ArrowNotImplementedError"):
            raise
        raise ValueError(f"a column of {path.stem} mixes types that no table file can hold: {fault}") from fault
    return path


def named(table: Any) -> Any:
    """The table with text as column names. Raises ValueError if two columns have one name."""
    names = [str(name) for name in table.columns]
    twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if twice:
        raise ValueError(f"two columns are called {twice[0]!r}; rename one")
    return table.set_axis(names, axis="columns")


def need_columns(table: Any, wanted: list[str], what: str = "the table") -> None:
    """Raises ValueError if the table lacks one of `wanted`."""
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        columns = ", ".join(map(str, list(table.columns)[:30])) + (" ..." if len(table.columns) > 30 else "")
        raise ValueError(f"column {missing[0]!r} is not in {what}; columns are {columns}")
