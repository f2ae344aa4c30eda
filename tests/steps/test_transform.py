"""transform: fitted on train alone, the same for all tables, by type and by rule."""

from typing import Any

import pandas as pd
import pytest

from octopus.steps.modelling.features import TRANSFORMED_BY
from octopus.steps.modelling.saved import SavedModel
from tests.steps.conftest import RunStep
from tests.support.step_processes import StepOutcome

TRAIN = pd.DataFrame(
    {
        "n": [1.0, 2.0, 3.0, None, 4.0, 5.0],
        "flag": [True, False, True, False, True, False],
        "city": ["Rome", "Oslo", "Rome", None, "Bern", "Rome"],
        "day": pd.to_datetime(["2026-01-05", "2026-02-01", "2026-03-01", None, "2026-05-01", "2026-06-01"]),
        "note": ["red apple", "green pear", "red pear", None, "apple", "plum"],
        "weight": [1, 2, 3, 4, 5, 6],
        "target": ["a", "b", "a", "b", "a", "b"],
    }
)
TEST = TRAIN.head(2).assign(n=[100.0, None], city=["Paris", None])


def tables_of(outcome: StepOutcome) -> tuple[Any, Any, Any]:
    assert outcome.exit_code == 0, outcome.stderr
    train, validation, test = (pd.read_parquet(outcome.ports[part]) for part in ("train", "validation", "test"))
    return train, validation, test


def test_columns_of_every_type_become_numbers_and_the_target_stays(run_step: RunStep) -> None:
    train, validation, test = tables_of(
        run_step("transform", {"train": TRAIN, "test": TEST}, text_columns=["note"], untouched=["weight"])
    )
    expected = ["n", "flag", "city_Bern", "city_Oslo", "city_Rome"]
    expected += [f"day_{part}" for part in ("year", "month", "day", "weekday", "hour")]
    expected += [f"note_{word}" for word in ("apple", "green", "pear", "plum", "red")]
    assert sorted(train.columns) == sorted([*expected, "target", "weight"])
    assert train["target"].tolist() == TRAIN["target"].tolist()
    assert train["weight"].tolist() == TRAIN["weight"].tolist()
    assert not train.isna().any().any()
    assert list(test.columns) == list(train.columns)
    assert validation.empty
    assert list(validation.columns) == list(train.columns)
    assert train["day_month"].tolist()[:3] == [1, 2, 3]


def test_only_the_training_rows_are_learnt_from(run_step: RunStep) -> None:
    alone, _, _ = tables_of(run_step("transform", {"train": TRAIN[["n", "target"]]}))
    other = TRAIN[["n", "target"]].assign(n=1000.0)
    train, _, test = tables_of(run_step("transform", {"train": TRAIN[["n", "target"]], "test": other}))
    assert train["n"].tolist() == alone["n"].tolist()
    assert train["n"].mean() == pytest.approx(0)
    assert test["n"].min() > 100


def test_unknown_and_missing_categories_are_taken(run_step: RunStep) -> None:
    _, _, test = tables_of(
        run_step("transform", {"train": TRAIN[["city", "target"]], "test": TEST[["city", "target"]]})
    )
    assert test.drop(columns="target").to_numpy().tolist() == [[0, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("scale", "first"), [("none", 1.0), ("minmax", 0.0), ("standard", -1.549193), ("robust", -1.333333)]
)
def test_scales(run_step: RunStep, scale: str, first: float) -> None:
    train, _, _ = tables_of(run_step("transform", {"train": TRAIN[["n", "target"]]}, scale=scale))
    assert train["n"].iloc[0] == pytest.approx(first, abs=1e-5)


@pytest.mark.parametrize(("impute", "filled"), [("mean", 3.0), ("median", 3.0), ("most_frequent", 1.0)])
def test_fillings(run_step: RunStep, impute: str, filled: float) -> None:
    train, _, _ = tables_of(run_step("transform", {"train": TRAIN[["n", "target"]]}, scale="none", impute=impute))
    assert train["n"].iloc[3] == filled


@pytest.mark.parametrize(
    ("encode", "columns"), [("ordinal", ["n", "city"]), ("target", ["n", "city"]), ("drop", ["n"])]
)
def test_encodings(run_step: RunStep, encode: str, columns: list[str]) -> None:
    train, _, _ = tables_of(
        run_step("transform", {"train": pd.concat([TRAIN[["n", "city", "target"]]] * 5)}, encode=encode)
    )
    assert list(train.columns) == [*columns, "target"]


def test_missing_categories_and_the_rarest_ones(run_step: RunStep) -> None:
    cities = TRAIN[["city", "target"]]
    own, _, _ = tables_of(run_step("transform", {"train": cities}, impute_categories="missing"))
    assert "city_missing" in own.columns
    few, _, _ = tables_of(run_step("transform", {"train": cities}, max_categories=2))
    assert list(few.columns) == ["city_Rome", "city_infrequent_sklearn", "target"]


def test_rules_per_column_and_dropped_dates(run_step: RunStep) -> None:
    rules = [
        {"column": "n", "treat_as": "numeric", "scale": "none", "impute": "mean"},
        {"column": "weight", "treat_as": "keep"},
        {"column": "flag", "treat_as": "categorical"},
        {"column": "city", "treat_as": "drop"},
        {"column": "note", "treat_as": "text"},
    ]
    outcome = run_step("transform", {"train": TRAIN}, column_rules=rules, dates="drop", text_features=2)
    train, _, _ = tables_of(outcome)
    assert train["n"].tolist() == [1, 2, 3, 3, 4, 5]
    assert train["weight"].tolist() == [1, 2, 3, 4, 5, 6]
    assert {"flag_False", "flag_True"} < set(train.columns)
    assert len([name for name in train.columns if name.startswith("note_")]) == 2
    assert not [name for name in train.columns if name.startswith(("city", "day"))]


def test_principal_components_and_no_target(run_step: RunStep) -> None:
    train, _, _ = tables_of(run_step("transform", {"train": TRAIN[["n", "weight", "flag"]]}, pca=2, target=None))
    assert list(train.columns) == ["pca0", "pca1"]


def test_an_own_transformer_is_fitted_on_train(run_step: RunStep) -> None:
    code = "from sklearn.preprocessing import MaxAbsScaler\ndef transformer():\n    return MaxAbsScaler()\n"
    train, _, test = tables_of(
        run_step(
            "transform", {"train": TRAIN[["weight", "target"]], "test": TEST[["weight", "target"]]}, transformer_fn=code
        )
    )
    assert train["weight"].max() == 1.0
    assert test["weight"].tolist() == pytest.approx([1 / 6, 2 / 6])
    wrong = run_step("transform", {"train": TRAIN}, transformer_fn="def transformer():\n    return 5")
    assert wrong.last_stderr.startswith("TypeError: transformer_fn must return a transformer")


def test_tables_are_marked_by_the_digest_of_their_transformer(run_step: RunStep) -> None:
    outcome = run_step("transform", {"train": TRAIN, "test": TEST})
    train, _, test = tables_of(outcome)
    saved = SavedModel(outcome.ports["transformer"])
    assert train.attrs[TRANSFORMED_BY] == test.attrs[TRANSFORMED_BY] == saved.about.transformer
    assert saved.load().transform(TEST[list(saved.about.features)]).shape == (2, test.shape[1] - 1)
    again = run_step("transform", {"train": TRAIN})
    assert SavedModel(again.ports["transformer"]).about.transformer == saved.about.transformer


@pytest.mark.parametrize(
    ("inputs", "params", "said"),
    [
        ({"train": TRAIN}, {"target": "nope"}, "column 'nope' is not in the table at train"),
        ({"train": TRAIN, "test": TEST.drop(columns="n")}, {}, "column 'n' is not in the table at test"),
        ({"train": TRAIN, "test": TEST.drop(columns="target")}, {}, "column 'target' is not in the table at test"),
        ({"train": TRAIN}, {"text_columns": ["nope"]}, "column 'nope' is not in the training table"),
        ({"train": TRAIN[["city"]]}, {"encode": "target", "target": None}, "needs a target column"),
        ({"train": TRAIN[["city", "target"]]}, {"encode": "drop"}, "no column is left after dropping"),
        ({"train": TRAIN[["target"]]}, {}, "there is no column besides the target to transform"),
        ({"train": TRAIN.head(0)}, {}, "the training table has no rows to fit on"),
    ],
)
def test_what_cannot_be_transformed_says_why(
    run_step: RunStep, inputs: dict[str, Any], params: dict[str, Any], said: str
) -> None:
    assert said in run_step("transform", inputs, **params).last_stderr


def test_a_table_is_never_transformed_twice(run_step: RunStep) -> None:
    once = run_step("transform", {"train": TRAIN})
    twice = run_step("transform", {"train": once.ports["train"]})
    assert twice.last_stderr == "ValueError: the table at train has gone through a transform step already"
