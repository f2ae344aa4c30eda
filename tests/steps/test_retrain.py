"""retrain: the parameters of the next execution follow from those of the last, and it knows when to give up."""

import json
from pathlib import Path
from typing import Any

import pytest

from octopus.steps.modelling.retraining import Change, changed, to_twelve_digits, without_improvement
from octopus.steps.modelling.saved import SavedModel
from octopus.steps.runtime.introspect import declaration
from octopus.steps.runtime.shelf import find_step
from tests.steps.conftest import RunStep
from tests.steps.modelling_cases import two_classes
from tests.support.step_processes import StepOutcome


def multiply(parameter: str, by: float, **more: Any) -> dict[str, Any]:
    return {"parameter": parameter, "how": "multiply", "by": by, **more}


def content(outcome: StepOutcome) -> dict[str, Any]:
    assert outcome.exit_code == 0, outcome.stderr
    found: dict[str, Any] = json.loads(outcome.ports["params"].read_text())
    return found


def told(outcome: StepOutcome) -> dict[str, Any]:
    """What was handed on, without the notes."""
    return {name: value for name, value in content(outcome).items() if not name.startswith("_")}


@pytest.fixture
def tree(run_step: RunStep) -> Path:
    """A model that says what it was trained with."""
    hyperparameters = {"max_depth": 2, "min_samples_leaf": 4}
    outcome = run_step("train", {"train": two_classes(60)}, algorithm="tree", hyperparameters=hyperparameters)
    return outcome.ports["model"]


def test_the_model_alone_says_what_it_was_trained_with(run_step: RunStep, tree: Path) -> None:
    outcome = run_step("retrain", {"failed": tree}, changes=[multiply("max_depth", 2)])
    assert told(outcome) == {"max_depth": 4, "min_samples_leaf": 4, "seed": 42, "train_share": 1.0}
    assert "max_depth: 2 -> 4" in outcome.stdout
    changes = next(block for block in outcome.card["blocks"] if block.get("title") == "What changes")
    assert changes["rows"] == [["max_depth", 2, 4]]


def test_a_parameter_nobody_set_starts_from_the_algorithms_own_default(run_step: RunStep, tree: Path) -> None:
    changes = [{"parameter": "min_samples_split", "how": "add", "by": 3}]
    assert told(run_step("retrain", {"failed": tree}, changes=changes))["min_samples_split"] == 5


def test_without_a_choice_the_seed_changes(run_step: RunStep, tree: Path) -> None:
    assert told(run_step("retrain", {"failed": tree}))["seed"] == 43


def test_more_data_and_a_new_seed(run_step: RunStep, run_share: Path) -> None:
    first = run_step("retrain", {"failed": run_share}, more_data=2, new_seed=True)
    assert (told(first)["train_share"], told(first)["seed"]) == (0.5, 43)
    again = run_step("retrain", {"failed": run_share, "params": first.ports["params"]}, more_data=4)
    assert told(again)["train_share"] == 1.0


@pytest.fixture
def run_share(run_step: RunStep) -> Path:
    return run_step("train", {"train": two_classes(80)}, algorithm="tree", train_share=0.25).ports["model"]


def test_the_params_go_round_through_train_and_come_back_with_their_history(run_step: RunStep, tree: Path) -> None:
    """Three executions, handed along the edges of a loop."""
    table, model, inputs = two_classes(60), tree, {}
    for execution in (1, 2, 3):
        metrics = tree.parent / f"m{execution}.json"
        metrics.write_text(json.dumps({"recall": execution / 10, "f1": 0.5}))
        inputs = {"failed": model, "metrics": metrics}
        outcome = run_step("retrain", inputs, changes=[multiply("max_depth", 2)], metric="recall")
        trained = run_step("train", {"train": table, "params": outcome.ports["params"]}, algorithm="tree")
        model = trained.ports["model"]
        assert SavedModel(model).load().get_params()["max_depth"] == 2 * 2**execution
        assert json.loads(trained.ports["params"].read_text()) == content(outcome)
    assert outcome.metrics == {"executions": 3}
    table_block = next(block for block in outcome.card["blocks"] if block.get("title") == "Executions so far")
    assert table_block["columns"] == ["execution", "max_depth", "recall", "f1"]
    assert table_block["rows"] == [[1, 2, 0.1, 0.5], [2, 4, 0.2, 0.5], [3, 8, 0.3, 0.5]]
    chart = next(block for block in outcome.card["blocks"] if block.get("title") == "recall per execution")
    assert [point["recall"] for point in chart["spec"]["data"]["values"]] == [0.1, 0.2, 0.3]


def test_a_grid_is_walked_point_by_point_until_its_end(run_step: RunStep, tree: Path) -> None:
    grid = {"max_depth": [2, 3], "min_samples_leaf": [4, 5]}
    inputs = {"failed": tree}
    seen = []
    for _ in range(3):
        outcome = run_step("retrain", inputs, grid=grid)
        seen.append((told(outcome)["max_depth"], told(outcome)["min_samples_leaf"]))
        inputs = {"failed": tree, "params": outcome.ports["params"]}
    assert seen == [(2, 5), (3, 4), (3, 5)]
    end = run_step("retrain", inputs, grid=grid)
    assert end.exit_code == 1
    assert end.last_stderr == (
        "ValueError: every change has reached its end after 4 executions: training again would give the same"
    )


def test_giving_up_can_end_the_loop_without_failing(run_step: RunStep, tree: Path) -> None:
    changes = [{"parameter": "max_depth", "how": "list", "values": [1, 2]}]
    outcome = run_step("retrain", {"failed": tree}, changes=changes, when_given_up="end")
    assert outcome.exit_code == 0
    assert outcome.ports == {}
    assert outcome.card["blocks"][0]["text"].startswith("## Given up")


def test_it_gives_up_when_the_metric_no_longer_improves(run_step: RunStep, tree: Path, tmp_path: Path) -> None:
    inputs: dict[str, Any] = {"failed": tree}
    answers = []
    for number, rmse in enumerate((1.0, 0.9, 0.899, 0.898)):
        metrics = tmp_path / f"{number}.json"
        metrics.write_text(json.dumps({"rmse": rmse}))
        rule = {"metric": "RMSE", "patience": 2, "min_improvement": 0.01}
        outcome = run_step("retrain", {**inputs, "metrics": metrics}, **rule)
        answers.append(outcome.exit_code)
        inputs["params"] = outcome.ports.get("params", inputs.get("params"))
    assert answers == [0, 0, 0, 1]
    assert outcome.last_stderr == "ValueError: rmse has not improved in the last 2 of 4 executions"


@pytest.mark.parametrize(
    ("values", "metric", "since"),
    [
        ([], "f1", 0),
        ([0.1, 0.2, 0.3], "f1", 0),
        ([0.3, 0.2, 0.3], "f1", 2),
        ([0.3, 0.2, 0.1], "rmse", 0),
        ([0.1, 0.2], "val/rmse", 1),
        ([0.1, None, None], "f1", 2),
        ([None, 0.1], "f1", 0),
    ],
)
def test_improvement_is_counted_by_the_metrics_own_direction(values: list[Any], metric: str, since: int) -> None:
    assert without_improvement(values, metric, 0) == since


@pytest.mark.parametrize(
    ("change", "value", "following"),
    [
        (multiply("p", 2), 3, 6),
        (multiply("p", 1.5), 4, 6),
        (multiply("p", 0.5), 1, 0.5),
        (multiply("p", 2), 0.1, 0.2),
        (multiply("p", 10, at_most=25), 5, 25),
        (multiply("p", 0.1, at_least=0.5), 2.0, 0.5),
        ({"parameter": "p", "how": "add", "by": -1}, 3, 2),
        ({"parameter": "p", "how": "list", "values": ["a", "b"]}, "other", "a"),
        ({"parameter": "p", "how": "list", "values": ["a", None, [1]]}, "a", None),
        ({"parameter": "p", "how": "list", "values": [1, 2]}, 2, 2),
    ],
)
def test_how_a_value_changes(change: dict[str, Any], value: Any, following: Any) -> None:
    got = changed({"p": value}, {}, [Change.model_validate_json(json.dumps(change))], {})["p"]
    assert got == following
    assert type(got) is type(following)


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"changes": [multiply("max_features", 2)]}, "max_features is None, no number to multiply by 2"),
        ({"changes": [{"parameter": "max_depth"}]}, "max_depth: say by how much to multiply"),
        ({"changes": [{"parameter": "max_depth", "how": "list"}]}, "max_depth: the list of values is empty"),
        (
            {"changes": [{"parameter": "max_depth", "how": "list", "values": [1, 2, 1]}]},
            "max_depth: a value stands in the list twice",
        ),
        ({"changes": [multiply("max_depth", 2)], "grid": {"max_depth": [1]}}, "max_depth is changed in two ways"),
        ({"grid": {"max_depth": []}}, "the grid has 0 points"),
        ({"grid": {f"p{n}": list(range(10)) for n in range(5)}}, "the grid has 100,000 points"),
        ({"changes": [multiply("max_depth", 1e308)]}, "max_depth would become inf: set a limit"),
        ({"patience": 2}, "connect evaluate's metrics"),
        ({"changes": [multiply("_history", 2)]}, "parameter changes.0.parameter: String should match pattern"),
    ],
)
def test_what_cannot_change_says_why(run_step: RunStep, tree: Path, params: dict[str, Any], said: str) -> None:
    assert said in run_step("retrain", {"failed": tree}, **params).last_stderr


def test_what_is_no_model_of_train_needs_params(run_step: RunStep, tmp_path: Path) -> None:
    other = tmp_path / "report.json"
    other.write_text("{}")
    assert "nobody says what was trained with" in run_step("retrain", {"failed": other}).last_stderr
    params = tmp_path / "params.json"
    params.write_text('{"C": 1}')
    assert told(run_step("retrain", {"failed": other, "params": params}, changes=[multiply("C", 0.5)])) == {"C": 0.5}
    params.write_text('{"C": 1, "_history": [3]}')
    assert "not a history" in run_step("retrain", {"failed": other, "params": params}).last_stderr
    params.write_text("[1]")
    assert "params is not a JSON object" in run_step("retrain", {"failed": other, "params": params}).last_stderr


class TestTrainWithParams:
    def test_they_override_its_own(self, run_step: RunStep, tmp_path: Path) -> None:
        params = tmp_path / "params.json"
        params.write_text('{"max_depth": 1, "seed": 7, "train_share": 0.5, "_note": "x"}')
        own = {"hyperparameters": {"max_depth": 5, "min_samples_leaf": 2}, "algorithm": "tree", "seed": 1}
        outcome = run_step("train", {"train": two_classes(100), "params": params}, **own)
        used = json.loads(outcome.ports["params"].read_text())
        assert used == {"max_depth": 1, "min_samples_leaf": 2, "seed": 7, "train_share": 0.5, "_note": "x"}
        fitted = SavedModel(outcome.ports["model"]).load()
        assert (fitted.max_depth, fitted.min_samples_leaf, fitted.random_state) == (1, 2, 7)
        assert "learning from 50 of 100 rows (seed 7)" in outcome.stdout

    def test_more_data_keeps_the_rows_it_had(self, run_step: RunStep) -> None:
        table = two_classes(40).assign(x=range(40))
        seen = []
        for share in (0.25, 0.5):
            model = run_step("train", {"train": table}, algorithm="knn", train_share=share).ports["model"]
            seen.append({int(row[0]) for row in SavedModel(model).load()._fit_X})
        assert seen[0] < seen[1]
        assert [len(one) for one in seen] == [10, 20]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('{"seed": -1}', "params: seed is -1, not a whole number"),
            ('{"seed": true}', "params: seed is True"),
            ('{"train_share": 0}', "params: train_share is 0, not a number above 0"),
            ('{"train_share": "half"}', "params: train_share is 'half'"),
            ('{"depth": 3}', "tree has no parameter 'depth'"),
            ("[]", "params is not a JSON object"),
        ],
    )
    def test_wrong_ones_are_named(self, run_step: RunStep, tmp_path: Path, text: str, said: str) -> None:
        params = tmp_path / "params.json"
        params.write_text(text)
        inputs = {"train": two_classes(40), "params": params}
        assert said in run_step("train", inputs, algorithm="tree").last_stderr


def test_the_port_is_a_branch_with_a_value_of_its_own() -> None:
    (port,) = declaration(find_step("retrain")).outputs
    assert (port.name, port.type, port.branch, port.passes) == ("params", "params", True, None)


def test_the_last_digits_of_a_metric_change_nothing() -> None:
    """They differ from run to run where threads add up."""
    assert to_twelve_digits({"log_loss": 0.25379756059910275, "none": None}) == to_twelve_digits(
        {"log_loss": 0.2537975605991027, "none": None}
    )
