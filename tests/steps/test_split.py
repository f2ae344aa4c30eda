"""split: the parts are disjoint and complete, follow from the content, and every method does what it says."""

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octopus.steps.tables.parts import as_classes, by_chance, by_group, by_hash, by_time, shares
from tests.steps.conftest import RunStep
from tests.support.step_processes import StepOutcome

PARTS = ("train", "validation", "test")
ratios_given = st.tuples(*(st.sampled_from([0.0, 0.125, 0.25, 1.0, 3.0]) for _ in PARTS)).filter(lambda r: sum(r) > 0)
balanced_ratios = st.tuples(*(st.sampled_from([0.0, 0.5, 1.0]) for _ in PARTS)).filter(lambda r: sum(r) > 0)
tables = st.lists(
    st.tuples(st.integers(-5, 5), st.sampled_from(["a", "b", "ü"]), st.floats(allow_nan=True)), max_size=60
)


def frame(rows: list[tuple[Any, ...]]) -> Any:
    return pd.DataFrame(rows, columns=["n", "c", "f"]).astype({"n": "int64", "c": "str", "f": "float64"})


def contents(table: Any, places: Any) -> list[list[str]]:
    return [sorted(map(str, table.iloc[part].itertuples(index=False))) for part in places]


@settings(max_examples=60, deadline=None)
@given(tables, ratios_given, st.booleans(), st.randoms(use_true_random=False))
def test_hash_parts_are_disjoint_complete_and_independent_of_the_order_of_rows(
    rows: list[tuple[Any, ...]], ratios: tuple[float, float, float], stratified: bool, random: Any
) -> None:
    table = frame(rows)
    classes = table["c"] if stratified else None
    places = by_hash(table, shares(ratios), classes)
    assert sorted(np.concatenate(places)) == list(range(len(table)))
    for ratio, part in zip(ratios, places, strict=True):
        assert ratio > 0 or len(part) == 0
    order = list(range(len(table)))
    random.shuffle(order)
    mixed = table.iloc[order].reset_index(drop=True)[["f", "c", "n"]]
    again = by_hash(mixed, shares(ratios), mixed["c"] if stratified else None)
    assert contents(mixed[table.columns], again) == contents(table, places)


@settings(max_examples=40, deadline=None)
@given(st.integers(12, 60), balanced_ratios, st.integers(0, 99))
def test_random_parts_are_disjoint_complete_and_follow_from_the_seed(
    rows: int, ratios: tuple[float, float, float], seed: int
) -> None:
    places = by_chance(rows, shares(ratios), None, seed)
    assert sorted(np.concatenate(places)) == list(range(rows))
    again = by_chance(rows, shares(ratios), None, seed)
    assert all(np.array_equal(one, other) for one, other in zip(places, again, strict=True))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60), ratios_given)
def test_a_group_is_never_parted(groups: list[str], ratios: tuple[float, float, float]) -> None:
    column = pd.Series(groups)
    places = by_group(column, shares(ratios))
    assert sum(map(len, places)) == len(groups)
    seen = [set(column.iloc[part]) for part in places]
    assert not seen[0] & seen[1]
    assert not seen[0] & seen[2]
    assert not seen[1] & seen[2]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=60), ratios_given)
def test_by_time_no_part_overlaps_the_next(times: list[int], ratios: tuple[float, float, float]) -> None:
    column = pd.Series(times)
    parts = [column.iloc[part] for part in by_time(column, shares(ratios))]
    parts = [part for part in parts if len(part)]
    assert sum(map(len, parts)) == len(times)
    for earlier, later in pairwise(parts):
        assert earlier.max() < later.min()


def test_without_a_target_a_row_keeps_its_part_when_others_are_added() -> None:
    table = pd.DataFrame({"a": range(1000)})
    wide = by_hash(table, shares((0.6, 0.2, 0.2)), None)
    narrow = by_hash(table.head(300), shares((0.6, 0.2, 0.2)), None)
    for part, small in zip(wide, narrow, strict=True):
        assert [place for place in part if place < 300] == list(small)


def test_hash_shares_are_exact_per_class_and_near_without_classes() -> None:
    table = pd.DataFrame({"a": range(2000), "c": ["x", "y", "y", "y"] * 500})
    exact = by_hash(table, shares((0.5, 0.25, 0.25)), table["c"])
    assert [len(part) for part in exact] == [1000, 500, 500]
    assert [(table["c"].iloc[part] == "x").sum() for part in exact] == [250, 125, 125]
    near = by_hash(table, shares((0.5, 0.25, 0.25)), None)
    assert [len(part) for part in near] == pytest.approx([1000, 500, 500], rel=0.1)


def test_fractions_and_many_numbers_are_no_classes() -> None:
    assert as_classes(pd.Series([0.5, 1.5])) is None
    assert as_classes(pd.Series(range(21))) is None
    assert as_classes(pd.Series([f"name {number}" for number in range(101)])) is None
    assert as_classes(pd.Series([0, 1, 1])) is not None
    assert as_classes(pd.Series([0.0, 1.0, None])) is not None
    assert as_classes(pd.Series(["a", "b"])) is not None


def rows_of(outcome: StepOutcome) -> list[Any]:
    assert outcome.exit_code == 0, outcome.stderr
    return [pd.read_parquet(outcome.ports[part]) for part in PARTS]


DATA = pd.DataFrame(
    {
        "n": range(80),
        "target": ["a", "b"] * 40,
        "day": pd.date_range("2026-01-01", periods=80)[::-1],
        "house": [number // 4 for number in range(80)],
    }
)


def test_ratios_are_scaled(run_step: RunStep) -> None:
    one = rows_of(run_step("split", {"data": DATA}, ratios=[6, 1, 1], method="random", target="target"))
    two = rows_of(run_step("split", {"data": DATA}, ratios=[0.75, 0.125, 0.125], method="random", target="target"))
    assert [len(part) for part in one] == [60, 10, 10]
    assert all(first.equals(second) for first, second in zip(one, two, strict=True))


def test_random_shares_the_classes_evenly(run_step: RunStep) -> None:
    for part in rows_of(run_step("split", {"data": DATA}, ratios=[2, 1, 1], method="random", target="target")):
        assert (part["target"] == "a").mean() == 0.5


def test_a_seed_changes_the_random_parts_and_not_the_hash_parts(run_step: RunStep) -> None:
    by_seed = [rows_of(run_step("split", {"data": DATA}, method="random", seed=seed))[0] for seed in (1, 2)]
    assert not by_seed[0].equals(by_seed[1])
    by_hash_ = [rows_of(run_step("split", {"data": DATA}, target="target", seed=seed))[0] for seed in (1, 2)]
    assert by_hash_[0].equals(by_hash_[1])


def test_a_share_of_zero_gives_an_empty_part_with_the_same_columns(run_step: RunStep) -> None:
    train, validation, test = rows_of(run_step("split", {"data": DATA}, ratios=[1, 0, 1], method="random"))
    assert (len(train), len(validation), len(test)) == (40, 0, 40)
    assert list(validation.columns) == list(DATA.columns)


def test_time_cuts_from_oldest_to_newest(run_step: RunStep) -> None:
    train, validation, test = rows_of(
        run_step("split", {"data": DATA}, method="time", time_column="day", ratios=[2, 1, 1])
    )
    assert train["day"].max() < validation["day"].min() <= validation["day"].max() < test["day"].min()
    as_text = DATA.assign(day=DATA["day"].astype(str))
    assert len(rows_of(run_step("split", {"data": as_text}, method="time", time_column="day"))[0]) == 60


def test_group_keeps_groups_together(run_step: RunStep) -> None:
    parts = rows_of(run_step("split", {"data": DATA}, method="group", group_column="house", ratios=[2, 1, 1]))
    assert sum(part["house"].nunique() for part in parts) == 20


def test_an_own_function_decides(run_step: RunStep) -> None:
    code = "def split(data):\n    return data['n'].map(lambda n: None if n < 10 else 'train' if n < 70 else 'test')"
    outcome = run_step("split", {"data": DATA}, method="custom", function=code)
    assert [len(part) for part in rows_of(outcome)] == [60, 0, 10]
    assert outcome.metrics["dropped_rows"] == 10


def test_post_filter_looks_at_train_only_and_post_split_at_all(run_step: RunStep) -> None:
    keep = "def post_filter(train):\n    return train['n'] % 2 == 0"
    drop = "def post_split(train, validation, test):\n    return train, validation, test.drop(columns='n')"
    both = run_step("split", {"data": DATA}, ratios=[1, 0, 1], method="random", post_filter=keep, post_split=drop)
    train, _, test = rows_of(both)
    assert (train["n"] % 2 == 0).all()
    assert "n" not in test.columns
    assert len(test) == 40


def test_rows_without_a_target_are_dropped_and_counted(run_step: RunStep) -> None:
    holes = DATA.assign(target=[None, *DATA["target"][1:]])
    outcome = run_step("split", {"data": holes}, target="target")
    assert outcome.metrics["dropped_rows"] == 1
    table = next(block for block in outcome.card["blocks"] if block.get("title") == "Parts")
    assert table["rows"][-1] == ["dropped", 1, 0.0125]


def test_classes_too_small_to_share_are_drawn_anyway(run_step: RunStep) -> None:
    rare = DATA.assign(target=["rare", *DATA["target"][1:]])
    outcome = run_step("split", {"data": rare}, method="random", target="target")
    assert outcome.exit_code == 0
    assert "drawing without regard to them" in outcome.stdout


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"target": "nope"}, "column 'nope' is not in the table; columns are n, target, day, house"),
        ({"ratios": [0, 0, 0]}, "ratios must be three numbers of at least 0, one of them above 0"),
        ({"ratios": [1, 1]}, "parameter ratios: Tuple should have at least 3 items"),
        ({"ratios": [1, 1, -1]}, "parameter ratios.2: Input should be greater than or equal to 0"),
        ({"method": "time"}, "this method needs time_column"),
        ({"method": "group"}, "this method needs group_column"),
        ({"method": "group", "group_column": "nope"}, "column 'nope' is not in the table"),
        ({"method": "time", "time_column": "target"}, "column 'target' does not hold times"),
        ({"method": "custom"}, "the method custom needs a function"),
        ({"method": "custom", "function": "def f(d):\n return ['train']"}, "function answered 1 parts for 80 rows"),
        ({"method": "custom", "function": "def f(d):\n return ['x'] * 80"}, "function answered 'x'; expected train"),
        ({"post_filter": "def f(t):\n return 5"}, "'int' object is not iterable"),
        ({"post_filter": "def f(t):\n return [5] * len(t)"}, "post_filter must answer True or False for each"),
        ({"post_split": "def f(a, b, c):\n return a"}, "post_split must return three tables"),
        ({"ratios": [0.97, 0.015, 0.015], "method": "random"}, "the part validation has 2 rows and needs at least 4"),
    ],
)
def test_what_cannot_be_split_says_why(run_step: RunStep, params: dict[str, Any], said: str) -> None:
    outcome = run_step("split", {"data": DATA}, **params)
    assert outcome.exit_code == 1
    assert said in outcome.last_stderr


def test_an_empty_table_cannot_be_split(run_step: RunStep) -> None:
    assert run_step("split", {"data": DATA.head(0)}).last_stderr == "ValueError: the table has no rows to split"


def test_the_card_compares_the_parts(run_step: RunStep) -> None:
    blocks = run_step("split", {"data": DATA}, target="target").card["blocks"]
    titles = [block.get("title") for block in blocks]
    assert titles == ["Parts", "Classes of target", "Means of numeric columns"]
    assert len(run_step("split", {"data": DATA}, target="target", skip_profile=True).card["blocks"]) == 1
