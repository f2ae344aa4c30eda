"""From a table to the positions of the rows of its three parts: train, validation, test."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

BUCKETS = 1000
"""A row's share of the table is known to a thousandth."""
DROPPED = -1
NAMES = ("train", "validation", "test")
CLASSES_LIMIT = 100
"""More different values than this are not classes that parts could share evenly."""


class Places(NamedTuple):
    """Per part an array of row positions; a row in none of them is dropped."""

    train: Any
    validation: Any
    test: Any


def shares(ratios: Sequence[float]) -> tuple[float, float, float]:
    """Scaled to sum 1. Raises ValueError if nothing is left to scale."""
    total = sum(ratios)
    if len(ratios) != 3 or any(ratio < 0 for ratio in ratios) or not np.isfinite(total) or total <= 0:
        raise ValueError("ratios must be three numbers of at least 0, one of them above 0")
    return (ratios[0] / total, ratios[1] / total, ratios[2] / total)


def row_hashes(table: Any) -> Any:
    """A uint64 per row that follows from its content alone: not from the order of rows or columns."""
    columns = sorted(table.columns, key=str)
    plain = {name: _hashable(table[name]) for name in columns}
    return pd.util.hash_pandas_object(pd.DataFrame(plain, columns=columns), index=False).to_numpy()


def _hashable(column: Any) -> Any:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return column.astype(str)
    return column.map(repr) if column.dtype == object else column


def by_hash(table: Any, ratios: tuple[float, float, float], classes: Any | None) -> Places:
    """Buckets of equal rows; with `classes` each class is cut by itself, in the order of its hashes."""
    hashes = row_hashes(table)
    if classes is None:
        return _places(_cut((hashes % np.uint64(BUCKETS)).astype(float) / BUCKETS, ratios))
    places = pd.Series(hashes).groupby(np.asarray(pd.factorize(classes)[0])).rank(method="min", pct=False)
    sizes = pd.Series(classes).groupby(np.asarray(pd.factorize(classes)[0])).transform("size")
    return _places(_cut(((places - 0.5) / sizes).to_numpy(), ratios))


def by_time(times: Any, ratios: tuple[float, float, float]) -> Places:
    """Oldest first; rows of the same moment stay together. Rows without a time are dropped."""
    places = (times.rank(method="min") - 0.5) / times.notna().sum()
    parts = _cut(places.fillna(0).to_numpy(), ratios)
    return _places(np.where(times.isna(), DROPPED, parts))


def by_group(groups: Any, ratios: tuple[float, float, float]) -> Places:
    """A group goes by its name into one bucket. Rows without a group are dropped."""
    hashes = pd.util.hash_pandas_object(groups.astype(str), index=False).to_numpy()
    parts = _cut((hashes % np.uint64(BUCKETS)).astype(float) / BUCKETS, ratios)
    return _places(np.where(groups.isna(), DROPPED, parts))


def by_chance(rows: int, ratios: tuple[float, float, float], classes: Any | None, seed: int) -> Places:
    """scikit-learn's train_test_split, in the order it draws: first the test rows, then from the rest the validation
    rows."""
    drawn = {0: np.arange(rows), 1: np.arange(0), 2: np.arange(0)}
    codes = None if classes is None else pd.factorize(classes)[0]
    for part, share, of in ((2, ratios[2], 1.0), (1, ratios[1], 1.0 - ratios[2])):
        if share > 0:
            drawn[0], drawn[part] = _drawn(drawn[0], share / of, codes, seed)
    return Places(drawn[0], drawn[1], drawn[2])


def _drawn(left: Any, share: float, codes: Any | None, seed: int) -> tuple[Any, Any]:
    from sklearn.model_selection import train_test_split

    if share >= 1 - 1e-12:
        return left[:0], left
    try:
        kept, taken = train_test_split(
            left, test_size=share, random_state=seed, stratify=None if codes is None else codes[left]
        )
    except ValueError as fault:
        if codes is None:
            raise ValueError(f"{len(left)} rows are too few for these ratios") from fault
        print(f"classes are too small to be shared evenly ({fault}); drawing without regard to them")
        return _drawn(left, share, None, seed)
    return kept, taken


def by_function(function: Callable[[Any], Any], table: Any) -> Places:
    """The user's function answers per row a part's name or None. Raises ValueError for any other answer."""
    answers = pd.Series(list(function(table)), dtype=object)
    if len(answers) != len(table):
        raise ValueError(f"function answered {len(answers)} parts for {len(table)} rows")
    known = {name: number for number, name in enumerate(NAMES)}
    wrong = answers[answers.notna() & ~answers.isin(list(known))]
    if len(wrong):
        raise ValueError(f"function answered {wrong.iloc[0]!r}; expected train, validation, test or None")
    return _places(answers.map(known).fillna(DROPPED).astype(int).to_numpy())


def _places(parts: Any) -> Places:
    return Places(*(np.flatnonzero(parts == number) for number in range(3)))


def _cut(places: Any, ratios: tuple[float, float, float]) -> Any:
    """Places in [0, 1) as parts: the first share to train, the next to validation, the rest to test."""
    edges = np.round(np.cumsum(ratios)[:2], 12)
    parts = np.searchsorted(edges, places, side="right")
    allowed = [part for part in range(3) if ratios[part] > 0]
    return np.minimum(parts, allowed[-1])


def as_classes(target: Any) -> Any | None:
    """The target if it holds classes, else None: fractions or very many values are not classes."""
    values = target.dropna()
    if pd.api.types.is_float_dtype(values) and not (values == values.round()).all():
        return None
    if pd.api.types.is_datetime64_any_dtype(values):
        return None
    limit = 20 if pd.api.types.is_numeric_dtype(values) else CLASSES_LIMIT
    return target if values.nunique() <= limit else None
