"""register: only what passed its evaluation, and every model once."""

from pathlib import Path
from typing import Any

import pytest

from tests.steps.conftest import RunStep
from tests.steps.modelling_cases import two_classes


@pytest.fixture
def train(run_step: RunStep, tracked: Any, mlflow_client: Any) -> Any:
    """Trains in an MLflow run of its own, the model among that run's artifacts; answers (model, run id)."""

    def run(**params: Any) -> tuple[Path, str]:
        run_id = tracked()
        model = run_step("train", {"train": two_classes()}, algorithm="naive_bayes", **params).ports["model"]
        mlflow_client.log_artifacts(run_id, str(model), "out/model")
        return model, run_id

    return run


def judge(run_step: RunStep, model: Path, monkeypatch: pytest.MonkeyPatch, step: str, threshold: float | None) -> None:
    monkeypatch.setenv("OCTOPUS_STEP_ID", step)
    criteria = [] if threshold is None else [{"metric": "accuracy", "threshold": threshold}]
    inputs = {"model": model, "test": two_classes(60, seed=4)}
    assert run_step("evaluate", inputs, criteria=criteria, feature_importance=False).exit_code == 0


def test_a_validated_model_is_registered_once_with_its_run_alias_and_tags(
    run_step: RunStep, train: Any, mlflow_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, run_id = train()
    judge(run_step, model, monkeypatch, "gate", 0.5)
    assert mlflow_client.get_run(run_id).data.tags["octopus.validation"] == "VALIDATED"
    first = run_step("register", {"model": model}, name="once", alias="champion", tags={"team": "sea"})
    assert first.exit_code == 0, first.stderr
    version = mlflow_client.get_model_version_by_alias("once", "champion")
    assert (version.version, version.run_id) == (1, run_id)
    assert version.source.endswith(f"{run_id}/artifacts/out/model")
    assert {"team": "sea", "octopus.validation": "VALIDATED"}.items() <= version.tags.items()
    again, _ = train()
    judge(run_step, again, monkeypatch, "gate", 0.5)
    second = run_step("register", {"model": again}, name="once", alias="challenger")
    assert "this very model: nothing new is registered" in second.stdout
    assert second.metrics == {"version": 1}
    other, _ = train(ignore=["noise"])
    judge(run_step, other, monkeypatch, "gate", 0.5)
    assert run_step("register", {"model": other}, name="once").metrics == {"version": 2}


def test_a_registered_model_can_be_loaded_by_its_alias(
    run_step: RunStep, train: Any, monkeypatch: pytest.MonkeyPatch, mlflow_uri: str
) -> None:
    import mlflow

    model, _ = train()
    judge(run_step, model, monkeypatch, "gate", 0.5)
    run_step("register", {"model": model}, name="loaded", alias="champion")
    mlflow.set_tracking_uri(mlflow_uri)
    loaded = mlflow.pyfunc.load_model("models:/loaded@champion")
    assert len(loaded.predict(two_classes(5)[["x", "noise"]])) == 5


def test_a_rejected_model_is_never_registered(
    run_step: RunStep, train: Any, monkeypatch: pytest.MonkeyPatch, mlflow_client: Any
) -> None:
    model, _ = train()
    judge(run_step, model, monkeypatch, "lenient", 0.1)
    judge(run_step, model, monkeypatch, "strict", 2.0)
    reason = run_step("register", {"model": model}, name="never", allow_unknown=True).last_stderr
    assert reason.startswith("ValueError: the model was rejected by strict; a rejected model is never registered.")
    assert not mlflow_client.search_registered_models("name = 'never'")


def test_an_unjudged_model_is_registered_only_if_allowed(
    run_step: RunStep, train: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, _ = train()
    judge(run_step, model, monkeypatch, "gate", None)
    reason = run_step("register", {"model": model}, name="unknown").last_stderr
    assert reason.startswith("ValueError: nobody has judged the model by criteria")
    assert run_step("register", {"model": model}, name="unknown", allow_unknown=True).metrics == {"version": 1}


def test_a_model_of_no_run_cannot_be_registered(run_step: RunStep, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MLFLOW_RUN_ID", raising=False)
    model = run_step("train", {"train": two_classes()}, algorithm="naive_bayes").ports["model"]
    assert "does not say which MLflow run made it" in run_step("register", {"model": model}).last_stderr


@pytest.mark.parametrize("name", ["a/b", "a:b", ""])
def test_a_name_the_registry_refuses_is_refused_before(run_step: RunStep, name: str, tmp_path: Path) -> None:
    assert run_step("register", {"model": tmp_path}, name=name).last_stderr.startswith("ValueError: parameter name:")


@pytest.mark.parametrize("alias", ["latest", "v3", "V12"])
def test_an_alias_that_mlflow_keeps_for_itself_is_refused_before_anything_is_registered(
    run_step: RunStep, train: Any, mlflow_client: Any, alias: str
) -> None:
    model, _ = train()
    reason = run_step("register", {"model": model}, name="aliased", alias=alias, allow_unknown=True).last_stderr
    assert reason == f"ValueError: MLflow keeps the alias {alias!r} for itself; choose another, such as champion"
    assert not mlflow_client.search_registered_models("name = 'aliased'")


def test_a_report_counts_more_than_the_verdict_on_the_run(
    run_step: RunStep, train: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a threshold was raised and put back: the earlier evaluation is reused and writes nothing again."""
    model, _ = train()
    inputs = {"model": model, "test": two_classes(60, seed=4)}
    criteria = [{"metric": "accuracy", "threshold": 0.5}]
    passed = run_step("evaluate", inputs, criteria=criteria, feature_importance=False)
    judge(run_step, model, monkeypatch, "evaluate", 2)
    assert "rejected" in run_step("register", {"model": model}, name="told").last_stderr
    told = run_step("register", {"model": model, "report": passed.ports["report"]}, name="told")
    assert told.exit_code == 0, told.stderr
    other, _ = train(ignore=["noise"])
    wrong = run_step("register", {"model": other, "report": passed.ports["report"]}, name="told")
    assert wrong.last_stderr.startswith("ValueError: the report is about another model")
    (model.parent / "odd.json").write_text("{}")
    odd = run_step("register", {"model": model, "report": model.parent / "odd.json"}, name="told")
    assert odd.last_stderr == "ValueError: input report is not the report of an evaluate step"
