"""Runs a step in this process, on tables made on the spot: the same `main` that `python -m octopus.steps` calls."""

import importlib
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from octopus.catalog.catalog import Catalog, built_in_catalog
from octopus.steps.runtime.run import main
from tests.support.step_processes import StepOutcome, StepRunner, read_outcome

RunStep = Callable[..., StepOutcome]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """MLflow's store asks SQLAlchemy for what SQLAlchemy wants to drop; that is theirs to settle."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.filterwarnings("ignore:The ``noload`` loader strategy"))


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Tables this small gain nothing from threads, and threads that wait for busy cores lose much."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="session", autouse=True)
def mlflow_is_imported() -> None:
    """Importing MLflow warns of its own type hints, which would fail whichever test came first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        importlib.import_module("mlflow.pyfunc")
        importlib.import_module("mlflow.sklearn")


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return built_in_catalog()


@pytest.fixture
def run_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], catalog: Catalog
) -> RunStep:
    """`run_step("split", {"data": frame or path}, ratios=[...])`; the outcome of every call has a folder of its own."""
    runner = StepRunner(catalog, tmp_path)

    def run(type_id: str, inputs: dict[str, Any] | None = None, **params: Any) -> StepOutcome:
        folder = tmp_path / f"{len(list(tmp_path.iterdir()))}-{type_id}"
        folder.mkdir()
        paths = {port: str(_as_file(value, folder / f"_in_{port}.parquet")) for port, value in (inputs or {}).items()}
        outputs = folder / "out"
        outputs.mkdir()
        monkeypatch.setenv("OCTOPUS_OUTPUTS", str(outputs))
        monkeypatch.setenv("OCTOPUS_EVENTS", str(folder / "events"))
        exit_code = main(runner.argv(type_id, paths, params))
        said = capsys.readouterr()
        done = SimpleNamespace(returncode=exit_code, stdout=said.out, stderr=said.err)
        return read_outcome(catalog, type_id, params, done, outputs, paths, None)

    return run


def _as_file(value: Any, path: Path) -> Path:
    if isinstance(value, pd.DataFrame):
        value.to_parquet(path, index=False)
        return path
    return Path(value)


@pytest.fixture(scope="session")
def mlflow_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('mlflow')}/mlflow.db"


@pytest.fixture(scope="session")
def mlflow_client(mlflow_uri: str) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(mlflow_uri)


@pytest.fixture(scope="session")
def experiment_id(mlflow_client: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("artifacts")
    return str(mlflow_client.create_experiment("steps", artifact_location=str(folder)))


@pytest.fixture
def tracked(
    mlflow_uri: str, mlflow_client: Any, experiment_id: str, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], str]:
    """Call it to begin an MLflow run that the next step belongs to; answers its id."""
    monkeypatch.setenv("MLFLOW_TRACKING_URI", mlflow_uri)
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", experiment_id)

    def begin() -> str:
        run_id = str(mlflow_client.create_run(experiment_id).info.run_id)
        monkeypatch.setenv("MLFLOW_RUN_ID", run_id)
        return run_id

    return begin
