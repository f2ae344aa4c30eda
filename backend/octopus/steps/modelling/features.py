"""Which columns a model learns from, and whether a table has gone through a transformer already.

A transformed table carries the digest of its transformer (`attrs`, kept in the table file). That is what makes raw and
transformed tables impossible to confuse, even where their columns have the same names.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from octopus.steps.modelling.saved import About
from octopus.steps.tables.files import need_columns

TRANSFORMED_BY = "octopus_transformed_by"
UNTOUCHED = "octopus_untouched"


def mark(table: Any, transformer: str, untouched: Sequence[str]) -> Any:
    """The table, marked as having gone through the transformer with that digest."""
    table.attrs = {TRANSFORMED_BY: transformer, UNTOUCHED: list(untouched)}
    return table


def transformed_by(table: Any) -> str | None:
    found = table.attrs.get(TRANSFORMED_BY)
    return str(found) if found is not None else None


def feature_names(table: Any, without: Sequence[str | None]) -> list[str]:
    """All columns but those named and those the transform step handed on untouched. ValueError if none is left."""
    left_out = {*without, *table.attrs.get(UNTOUCHED, [])}
    names = [name for name in table.columns if name not in left_out]
    if not names:
        raise ValueError("no column is left to learn from")
    return names


def numeric(table: Any, names: Sequence[str]) -> Any:
    """The columns as numbers. Raises ValueError naming those that are none."""
    chosen = table[list(names)]
    other = [name for name in names if not pd.api.types.is_numeric_dtype(chosen[name])]
    if other:
        kinds = ", ".join(f"{name!r} ({chosen[name].dtype})" for name in other[:5]) + (" ..." if len(other) > 5 else "")
        raise ValueError(f"these columns are not numbers: {kinds}; put a transform step before, or ignore them")
    return chosen.astype({name: "float64" for name in names if not _plain(chosen[name])})


def _plain(column: Any) -> bool:
    return column.dtype.kind in "iuf" and not pd.api.types.is_extension_array_dtype(column.dtype)


def known_columns(about: About, estimator: Any) -> About:
    """For a model not made here, what the estimator itself remembers of its columns."""
    if about.features:
        return about
    names = getattr(estimator, "feature_names_in_", None)
    if names is None:
        raise ValueError("the model does not say which columns it takes")
    return replace(about, features=tuple(map(str, names)))


def rows_for(about: About, estimator: Any, table: Any, what: str = "the test table") -> tuple[Any, Any]:
    """The estimator to ask and the rows to ask it about, whether `table` is raw or transformed.

    A model with a transformer inside is asked as a whole about raw rows; about rows that went through that very
    transformer only its last part is asked. Raises ValueError for every other combination.
    """
    seen = transformed_by(table)
    if about.transformer is not None and seen == about.transformer:
        return estimator.steps[-1][1], numeric_columns(table, about.inner_features, what)
    expected = about.transformed_by
    if seen is not None and seen != expected:
        if expected is None and about.transformer is None:
            raise ValueError(
                f"the model takes raw rows, but {what} has gone through a transform step: connect the raw one"
            )
        raise ValueError(
            f"{what} has gone through another transform step than the model: connect the same step's output"
        )
    if seen is None and expected is not None:
        raise ValueError(
            f"the model was trained on transformed rows, but {what} is raw: connect the transform step's own output, "
            "or connect its transformer to the train step"
        )
    if about.transformer is not None:
        need_columns(table, list(about.features), what)
        return estimator, table[list(about.features)]
    return estimator, numeric_columns(table, about.features, what)


def numeric_columns(table: Any, names: Sequence[str], what: str) -> Any:
    need_columns(table, list(names), what)
    return numeric(table, names)


def applied(transformer: Any, table: Any, features: Sequence[str], what: str) -> Any:
    """The table's features, transformed; a transformer that answers no names gets `feature_1`, `feature_2`, ..."""
    need_columns(table, list(features), what)
    rows = transformer.transform(table[list(features)])
    if isinstance(rows, pd.DataFrame):
        return rows
    dense = rows.toarray() if hasattr(rows, "toarray") else rows
    return pd.DataFrame(dense, columns=[f"feature_{number + 1}" for number in range(dense.shape[1])], index=table.index)
