"""The Python and the bash script of a whole template with the real MLflow: the same figures."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from octopus.features.export.export import export
from tests.peers.templates import iris
from tests.support.mlflow_store import MlflowStore

pytestmark = pytest.mark.timeout(1200)


def test_both_scripts_measure_the_same(tmp_path: Path) -> None:
    measured = []
    for target, program in (("python", sys.executable), ("bash", "bash")):
        exported = export(iris(), target)  # type: ignore[arg-type]
        script = tmp_path / exported.filename
        script.write_text(exported.text, encoding="utf-8")
        folder = tmp_path / target
        folder.mkdir()
        subprocess.run([program, str(script)], cwd=folder, env={**os.environ, "PYTHON": sys.executable}, check=True)
        runs = MlflowStore(folder / "mlflow.db").runs()
        measured.append({run.tags.get("octopus.step_id"): run.metrics for run in runs})
    assert measured[0] == measured[1]
    assert measured[0]["evaluate"]["accuracy"] == pytest.approx(0.92, abs=0.005)
