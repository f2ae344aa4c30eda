"""Exported scripts with the real MLflow, beside the octopus run of the same pipeline: the same figures. Started as
people do, with `octopus export`."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from octopus.cli.exit_codes import USAGE
from tests.support.api import step_of
from tests.support.mlflow_store import MlflowStore
from tests.support.server import TOKEN, ServerProcess

pytestmark = [pytest.mark.mlflow, pytest.mark.timeout(900)]

Json = dict[str, Any]
BIN = Path(sys.executable).parent


def export(server: ServerProcess, file: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [str(BIN / "octopus"), "export", str(file), *words, "--server", server.url]
    env = {**os.environ, "OCTOPUS_TOKEN": TOKEN, "COLUMNS": "300"}
    return subprocess.run(command, env=env, cwd=file.parent, capture_output=True, text=True, timeout=150, check=False)


def started(command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    """With nothing of octopus' server in its environment, in an empty folder."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("OCTOPUS_", "MLFLOW_"))}
    env = {**inherited, "PYTHON": sys.executable}
    folder.mkdir()
    return subprocess.run(command, env=env, cwd=folder, capture_output=True, text=True, timeout=600, check=False)


def metrics_in(folder: Path) -> dict[str | None, dict[str, float]]:
    """Per step the metrics of its MLflow run."""
    found: dict[str | None, dict[str, float]] = {}
    for run in MlflowStore(folder / "mlflow.db").runs():
        assert run.status == "FINISHED"
        found[run.tags.get("octopus.step_id")] = run.metrics
    return found


def metrics_of(view: Json, *step_ids: str) -> dict[str, Any]:
    return {step_id: step_of(view, step_id)["metrics"] for step_id in step_ids}


@pytest.fixture
def file(iris: Json, tmp_path: Path) -> Path:
    path = tmp_path / "iris.json"
    path.write_text(json.dumps(iris), encoding="utf-8")
    return path


def test_the_python_script_measures_what_octopus_measured(
    server: ServerProcess, finished_run: Json, file: Path, tmp_path: Path
) -> None:
    done = export(server, file, "--to", "python", "--output", "script.py")
    assert (done.returncode, done.stdout) == (0, "Wrote script.py.\n"), done.stderr
    ran = started([sys.executable, str(tmp_path / "script.py")], tmp_path / "run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    measured = metrics_in(tmp_path / "run")
    del measured[None]
    assert measured == metrics_of(finished_run, "load", "split", "train", "evaluate")


def test_the_bash_script_measures_what_octopus_measured_with_the_steps_beside_it(
    server: ServerProcess, finished_run: Json, iris: Json, tmp_path: Path
) -> None:
    """The first step alone, since each costs seconds; the whole pipeline: tests/peers/test_scripts.py."""
    file = tmp_path / "begin.json"
    file.write_text(json.dumps({**iris, "steps": iris["steps"][:1], "edges": []}), encoding="utf-8")
    done = export(server, file, "--to", "bash", "--vendor")
    assert (done.returncode, done.stdout) == (0, "Wrote hello_iris.\n"), done.stderr
    ran = started(["bash", str(tmp_path / "hello_iris" / "hello_iris.sh")], tmp_path / "run")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "/hello_iris/projects/octopus --entry-point ingest" in ran.stdout
    measured = metrics_in(tmp_path / "run")
    del measured[None]
    assert measured == metrics_of(finished_run, "load")
    again = export(server, file, "--to", "bash", "--vendor")
    assert (again.returncode, "is there already" in again.stderr) == (USAGE, True)


def test_an_export_can_go_to_the_terminal(server: ServerProcess, client: httpx.Client, file: Path, iris: Json) -> None:
    done = export(server, file, "--to", "airflow", "--output", "-")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == client.post("/api/export", json={"document": iris, "to": "airflow"}).text
