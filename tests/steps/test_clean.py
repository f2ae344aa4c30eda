"""clean: types, missing values, duplicates and outliers, each by its parameters."""

from typing import Any

import pandas as pd
import pytest

from tests.steps.conftest import RunStep
from tests.support.step_processes import StepOutcome

HOLES = pd.DataFrame({"n": [1.0, 2.0, None, 9.0], "t": ["a", None, "b", "b"], "full": [1, 2, 3, 4]})


def table_of(outcome: StepOutcome) -> Any:
    assert outcome.exit_code == 0, outcome.stderr
    return pd.read_parquet(outcome.ports["data"])


def test_rows_with_missing_values_are_dropped_unless_told_otherwise(run_step: RunStep) -> None:
    outcome = run_step("clean", {"data": HOLES})
    assert table_of(outcome)["full"].tolist() == [1, 4]
    assert outcome.metrics == {"rows": 2, "dropped_rows": 2}
    assert len(table_of(run_step("clean", {"data": HOLES}, missing="keep"))) == 4


@pytest.mark.parametrize(("strategy", "number", "text"), [("mean", 4.0, "b"), ("median", 2.0, "b"), ("mode", 1.0, "b")])
def test_missing_values_are_filled(run_step: RunStep, strategy: str, number: float, text: str) -> None:
    table = table_of(run_step("clean", {"data": HOLES}, missing=strategy))
    assert table["n"].tolist() == [1.0, 2.0, number, 9.0]
    assert table["t"].tolist() == ["a", text, "b", "b"]


def test_a_column_can_have_a_rule_of_its_own(run_step: RunStep) -> None:
    rules = [
        {"column": "n", "strategy": "constant", "value": "7"},
        {"column": "t", "strategy": "constant", "value": "?"},
    ]
    table = table_of(run_step("clean", {"data": HOLES}, missing_rules=rules))
    assert table["n"].tolist() == [1.0, 2.0, 7.0, 9.0]
    assert table["t"].tolist() == ["a", "?", "b", "b"]


def test_whole_numbers_take_a_fractional_mean(run_step: RunStep) -> None:
    whole = pd.DataFrame({"n": pd.array([1, 2, None], dtype="Int64")})
    assert table_of(run_step("clean", {"data": whole}, missing="mean"))["n"].tolist() == [1.0, 2.0, 1.5]


@pytest.mark.parametrize(
    ("values", "type_name", "expected"),
    [
        (["1", "2.5", None], "float", [1.0, 2.5]),
        (["1", "2", None], "int", [1, 2]),
        (["yes", "0", None], "bool", [True, False]),
        ([1, 2, 3], "str", ["1", "2", "3"]),
        (["2026-01-02", None, None], "datetime", [pd.Timestamp("2026-01-02")]),
    ],
)
def test_columns_are_converted(run_step: RunStep, values: list[Any], type_name: str, expected: list[Any]) -> None:
    outcome = run_step("clean", {"data": pd.DataFrame({"c": values})}, types=[{"column": "c", "type": type_name}])
    assert table_of(outcome)["c"].tolist() == expected


@pytest.mark.parametrize(
    ("values", "type_name", "said"),
    [
        (["1", "x"], "float", "column 'c' cannot be turned into float"),
        ([1.5, 2.0], "int", "column 'c' cannot be turned into int: it has fractions"),
        (["maybe", "no"], "bool", "column 'c' cannot be turned into bool: 'maybe' is neither true nor false"),
        (["soon", "later"], "datetime", "column 'c' cannot be turned into datetime"),
    ],
)
def test_a_value_that_cannot_be_converted_is_named(
    run_step: RunStep, values: list[Any], type_name: str, said: str
) -> None:
    outcome = run_step("clean", {"data": pd.DataFrame({"c": values})}, types=[{"column": "c", "type": type_name}])
    assert said in outcome.last_stderr


def test_of_equal_rows_the_first_stays(run_step: RunStep) -> None:
    twice = pd.DataFrame({"a": [1, 1, 2], "b": [1, 1, 1]})
    assert table_of(run_step("clean", {"data": twice}))["a"].tolist() == [1, 2]
    assert table_of(run_step("clean", {"data": twice}, duplicate_columns=["b"]))["a"].tolist() == [1]
    assert len(table_of(run_step("clean", {"data": twice}, duplicates="keep"))) == 3


def test_outliers_are_dropped_or_clipped_to_the_fences(run_step: RunStep) -> None:
    data = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 100.0], "b": range(5), "t": list("vwxyz")})
    assert table_of(run_step("clean", {"data": data}, outliers="drop"))["a"].max() == 4.0
    assert table_of(run_step("clean", {"data": data}, outliers="clip"))["a"].max() == 7.0
    assert len(table_of(run_step("clean", {"data": data}, outliers="drop", outlier_method="z"))) == 5
    near = run_step("clean", {"data": data}, outliers="drop", outlier_method="z", outlier_threshold=1.5)
    assert len(table_of(near)) == 4
    assert len(table_of(run_step("clean", {"data": data}, outliers="drop", outlier_columns=["b"]))) == 5
    wrong = run_step("clean", {"data": data}, outliers="drop", outlier_columns=["t"])
    assert wrong.last_stderr == "ValueError: column 't' is not numeric, so it has no outliers to look for"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"missing_rules": [{"column": "x"}]}, "column 'x' is not in the table; columns are n, t, full"),
        ({"duplicate_columns": ["x"]}, "column 'x' is not in the table"),
        ({"types": [{"column": "x"}]}, "column 'x' is not in the table"),
        ({"missing": "constant"}, "column 'n': the strategy constant needs a value"),
        ({"missing": "constant", "fill_value": "q"}, "column 'n' holds numbers; 'q' is none"),
    ],
)
def test_wrong_parameters_are_named(run_step: RunStep, params: dict[str, Any], said: str) -> None:
    assert said in run_step("clean", {"data": HOLES}, **params).last_stderr


def test_a_table_that_ends_up_empty_says_what_took_its_rows(run_step: RunStep) -> None:
    reason = run_step("clean", {"data": pd.DataFrame({"a": [None, None], "b": [1, 2]})}).last_stderr
    assert reason == "ValueError: no row is left of 2: dropped rows without a"
    filled = run_step("clean", {"data": pd.DataFrame({"a": [None, None], "b": [1, 2]})}, missing="mean").last_stderr
    assert "column 'a' has no value at all" in filled
