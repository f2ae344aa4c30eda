"""An exported Kubeflow pipeline: kfp reads it, and runs it with its local runner, first with an `mlflow` of files, then
with the real one."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from octopus.catalog.catalog import steps_folder
from octopus.compiler.plan import Plan
from octopus.features.export.export import export
from tests.peers.environments import environment_with
from tests.peers.templates import iris
from tests.support.export_stage import Stage
from tests.support.mlflow_store import MlflowStore
from tests.support.played_mlflow import PlayedMlflow

pytestmark = pytest.mark.timeout(1200)

HERE = Path(__file__).parent
BAD, GOOD = {"write": {"bad": "try harder"}}, {"write": {"good": ""}}


def run(plan: Plan, folder: Path, env: dict[str, str], uri: str) -> "subprocess.CompletedProcess[str]":
    exported = export(plan, "kfp")
    file = folder / exported.filename
    file.write_text(exported.text, encoding="utf-8")
    command = [str(environment_with("kfp") / "python"), str(HERE / "run_kubeflow.py"), str(file), str(folder), uri]
    environment = {**os.environ, **env}
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("acts", "succeeds"), [([BAD, GOOD], True), ([BAD], False)])
def test_a_loop_goes_round_in_kubeflow(acts: list[Any], succeeds: bool, tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    mlflow = PlayedMlflow.make(tmp_path / "played", {"gate": acts})
    plan = stage.loop_plan("fail")
    (tmp_path / "projects").mkdir()
    (tmp_path / "projects" / "project").symlink_to(stage.project)
    env = {**mlflow.environment, "OCTOPUS_PROJECTS": str(tmp_path / "projects")}
    done = run(plan, tmp_path, env, "played:store")
    order = [call["step"] for call in mlflow.calls()]
    again = ["work", "gate"]
    assert order == ["one", *again, *again, *(["after"] if succeeds else again)], done.stdout + done.stderr
    parent = next(one for one in mlflow.runs() if "octopus.step_id" not in one["tags"])
    assert parent["status"] == ("FINISHED" if succeeds else "FAILED"), done.stdout + done.stderr
    assert (done.returncode == 0) is succeeds


def test_kubeflow_measures_what_octopus_measures(tmp_path: Path) -> None:
    """The template's figures: tests/integration/test_templates.py. kfp's Python finds MLflow where octopus has it."""
    own = Path(sys.executable).parent
    packages = next(Path(sys.prefix, "lib").glob("python*/site-packages"))
    steps = steps_folder()
    store = tmp_path / "mlflow.db"
    env = {"PYTHONPATH": str(packages), "OCTOPUS_BIN": str(own), "OCTOPUS_STEPS": str(steps)}
    done = run(iris(), tmp_path, env, f"sqlite:///{store}")
    metrics = {one.tags.get("octopus.step_id"): one.metrics for one in MlflowStore(store).runs()}
    assert metrics["evaluate"]["accuracy"] == pytest.approx(0.92, abs=0.005), done.stdout + done.stderr
