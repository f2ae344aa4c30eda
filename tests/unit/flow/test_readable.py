"""Results in a form that JSON carries and people read."""

import json
import math
from collections import OrderedDict, UserDict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from sklearn.linear_model import LogisticRegression

from octopus.flow.readable import MOST_ITEMS, readable, readable_results


class Colour(Enum):
    RED = "red"


@dataclass
class Point:
    x: int
    y: float


class Model(BaseModel):
    depth: int = 3


class Broken:
    def __repr__(self) -> str:
        raise RuntimeError("no")


class Deceiver:
    """Claims to be everything."""

    def __getattr__(self, name: str) -> Any:
        raise ValueError(name)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (0.5, 0.5),
        ("text", "text"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        ((1, [2, {3}]), [1, [2, [3]]]),
        ({1: "a", ("b", 2): "c"}, {"1": "a", "('b', 2)": "c"}),
        (OrderedDict(a=1), {"a": 1}),
        (UserDict(a=1), {"a": 1}),
        (Colour.RED, "red"),
        (Point(1, math.inf), {"x": 1, "y": "Infinity"}),
        (Model(), {"depth": 3}),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (timedelta(minutes=1), 60.0),
        (PurePosixPath("a/b"), "a/b"),
        (b"abc", {"type": "bytes", "size_bytes": 3}),
        (Decimal("1.50"), "Decimal('1.50')"),
        (ValueError("no"), "ValueError: no"),
        (Broken(), "<Broken>"),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        (np.array([1, 2]), [1, 2]),
        (np.array([np.nan]), ["NaN"]),
        (np.zeros((100, 100)), {"type": "ndarray", "shape": [100, 100], "dtype": "float64"}),
        (np.datetime64("2026-01-02"), "2026-01-02"),
        (pd.Series([1, 2]), {"type": "Series", "shape": [2], "head": [1, 2]}),
        (pd.Timestamp("2026-01-02"), "2026-01-02T00:00:00"),
    ],
)
def test_a_value_has_its_readable_form(value: Any, shown: Any) -> None:
    assert readable(value) == shown


def test_a_table_is_told_by_its_shape_its_columns_and_its_first_rows() -> None:
    table = pd.DataFrame({"n": range(100), "x": [math.nan] * 100, 5: ["a"] * 100})
    shown = readable({"data": table, "rows": len(table)})
    assert shown["data"]["type"] == "DataFrame"
    assert shown["data"]["shape"] == [100, 3]
    assert shown["data"]["columns"] == ["n", "x", "5"]
    assert shown["data"]["head"][0] == {"n": 0, "x": "NaN", "5": "a"}
    assert len(shown["data"]["head"]) == 5
    assert shown["rows"] == 100
    json.dumps(shown, allow_nan=False)


def test_a_model_is_told_by_its_class_and_its_params() -> None:
    shown = readable({"model": LogisticRegression(C=0.5)})["model"]
    assert shown["type"] == "LogisticRegression"
    assert shown["params"]["C"] == 0.5


def test_what_contains_itself_comes_to_an_end() -> None:
    endless: list[Any] = []
    endless.append(endless)
    json.dumps(readable(endless))


def test_what_is_huge_is_cut_and_says_so() -> None:
    assert readable(list(range(MOST_ITEMS + 5)))[-1] == "... 5 more"
    assert readable({n: n for n in range(MOST_ITEMS + 5)})["..."] == "5 more"
    assert readable(10**6_000).startswith("a whole number of")
    assert readable("x" * 200_000).endswith("(200,000 characters)")
    assert len(readable_results({str(n): n for n in range(MOST_ITEMS + 5)})) == MOST_ITEMS + 5


def test_an_object_whose_attributes_raise_is_told_by_its_text() -> None:
    assert "Deceiver" in readable(Deceiver())


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.complex_numbers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers() | st.none(), inner) | st.tuples(inner),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(values)
def test_anything_becomes_json_that_reads_back_the_same(value: Any) -> None:
    shown = readable(value)
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown
