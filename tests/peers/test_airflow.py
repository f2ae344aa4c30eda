"""An exported DAG in the real Airflow: `airflow dags test`, first with an `mlflow` of files, then with the real one."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from octopus.compiler.plan import Plan
from octopus.features.export.export import export
from tests.peers.environments import environment_with, path_with
from tests.peers.templates import iris
from tests.support.export_stage import Stage
from tests.support.mlflow_store import MlflowStore
from tests.support.played_mlflow import PlayedMlflow

pytestmark = pytest.mark.timeout(1200)

BAD, GOOD = {"write": {"bad": "try harder"}}, {"write": {"good": ""}}


def tested(plan: Plan, version: str, home: Path, env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    """`airflow dags test` of the exported plan."""
    bin_dir = environment_with(version)
    exported = export(plan, "airflow")
    (home / "dags").mkdir(parents=True)
    (home / "dags" / exported.filename).write_text(exported.text, encoding="utf-8")
    environment = {
        **os.environ,
        **{"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False", "OCTOPUS_PYTHON": sys.executable},
        **{"OCTOPUS_WORK": str(home / "work"), **env, "PATH": path_with(bin_dir)},
    }
    airflow = str(bin_dir / "airflow")
    subprocess.run([airflow, "db", "migrate"], env=environment, check=True, capture_output=True)
    command = [airflow, "dags", "test", exported.stem, "2026-01-01"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("version", ["airflow3", "airflow2"])
@pytest.mark.parametrize(("acts", "succeeds"), [([BAD, GOOD], True), ([BAD], False)])
def test_a_loop_goes_round_in_airflow(version: str, acts: list[Any], succeeds: bool, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    mlflow = PlayedMlflow.make(tmp_path / "played", {"gate": acts})
    done = tested(stage.loop_plan("fail"), version, tmp_path / "home", mlflow.environment)
    order = [call["step"] for call in mlflow.calls()]
    again = ["work", "gate"]
    assert order == ["one", *again, *again, *(["after"] if succeeds else again)], done.stdout + done.stderr
    parent = next(run for run in mlflow.runs() if "octopus.step_id" not in run["tags"])
    assert parent["status"] == ("FINISHED" if succeeds else "FAILED"), done.stdout + done.stderr


@pytest.mark.parametrize("version", ["airflow3", "airflow2"])
def test_airflow_measures_what_octopus_measures(version: str, tmp_path: Path) -> None:
    """The template's figures: tests/integration/test_templates.py."""
    store = tmp_path / "mlflow.db"
    done = tested(iris(), version, tmp_path / "home", {"MLFLOW_TRACKING_URI": f"sqlite:///{store}"})
    metrics = {run.tags.get("octopus.step_id"): run.metrics for run in MlflowStore(store).runs()}
    assert metrics["evaluate"]["accuracy"] == pytest.approx(0.92, abs=0.005), done.stdout + done.stderr
