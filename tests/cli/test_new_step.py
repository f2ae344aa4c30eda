"""`octopus steps new`: what it makes works as it is: under `mlflow run`, under its own tests and in the palette."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from octopus.catalog.mlproject.read import read_mlproject
from octopus.cli.exit_codes import PROBLEMS, USAGE
from octopus.cli.new_step import title_of
from tests.support.terminal import House, type_in

FILES = ["MLproject", "step.py", "test_step.py"]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def step(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("new") / "keep_small"
    done = type_in("steps", "new", "keep_small", "--folder", str(folder))
    assert done.exit_code == 0, done.output
    assert [line for line in done.stdout.splitlines() if line.startswith("made ")] == [
        f"made {folder / name}" for name in FILES
    ]
    return folder


def test_octopus_sees_its_ports_and_its_form(step: Path) -> None:
    found = read_mlproject((step / "MLproject").read_bytes(), step, ())
    assert (found.name, found.warnings) == ("keep_small", ())
    kind = found.entries[0].step_type
    assert (kind.id, kind.title) == ("keep_small/main", "Keep small")
    assert [(port.name, port.type, port.required) for port in kind.inputs] == [("data", "dataset", True)]
    assert [port.name for port in kind.outputs] == ["data"]
    assert list(kind.params_schema["properties"]) == ["column", "limit"]


def test_it_is_typed_and_as_tidy_as_octopus_itself(step: Path) -> None:
    done = subprocess.run([BIN / "ruff", "check", "--isolated", "--line-length", "120", str(step)], check=False)
    assert done.returncode == 0
    done = subprocess.run(
        [BIN / "ruff", "format", "--check", "--isolated", "--line-length", "120", str(step)], check=False
    )
    assert done.returncode == 0


def test_its_tests_pass_where_nothing_of_octopus_is_imported(step: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(step)]
    done = subprocess.run(command, cwd=step, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout
    assert "octopus" not in [
        line.split()[1] for line in (step / "step.py").read_text().splitlines() if "import " in line
    ]


@pytest.mark.mlflow
def test_it_runs_with_plain_mlflow_run(step: Path, tmp_path: Path) -> None:
    table = tmp_path / "in.csv"
    table.write_text("size,name\n1,a\n200,b\n")
    command = [str(BIN / "mlflow"), "run", str(step), "--env-manager", "local", "-P", f"data={table}"]
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("OCTOPUS", "MLFLOW"))},
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path / 'mlflow.db'}",
    }
    done = subprocess.run(
        [*command, "-P", "column=size"], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=170
    )
    assert done.returncode == 0, done.stderr
    assert (step / "outputs" / "data.csv").read_text() == "size,name\n1,a\n"
    assert json.loads((step / "outputs" / "_metrics.json").read_text()) == {"rows_in": 2, "rows_kept": 1}


def test_it_is_in_the_palette_at_once_if_that_is_wanted(house: House, tmp_path: Path) -> None:
    done = house.type_in("steps", "new", "added.step", "--folder", str(tmp_path / "added"), "--add")
    assert done.exit_code == 0, done.output
    assert "added.step/main" in done.stdout
    shown = house.type_in("steps", "show", "added.step/main")
    assert "in  data (dataset)" in shown.stdout
    again = house.type_in("steps", "new", "added.step", "--folder", str(tmp_path / "again"), "--add")
    assert again.exit_code == PROBLEMS
    assert "added.step" in again.stderr


def test_without_a_folder_it_is_made_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert type_in("steps", "new", "yes").exit_code == 0
    assert read_mlproject((tmp_path / "yes" / "MLproject").read_bytes(), tmp_path, ()).name == "yes"


def test_nothing_is_ever_overwritten(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    mine = tmp_path / "taken" / "notes.txt"
    mine.write_text("mine")
    refused = type_in("steps", "new", "taken", "--folder", str(tmp_path / "taken"))
    assert refused.exit_code == USAGE
    assert "is there already" in refused.stderr
    assert list((tmp_path / "taken").iterdir()) == [mine]
    assert type_in("steps", "new", "taken", "--folder", str(mine)).exit_code == USAGE


@pytest.mark.parametrize("name", ["", "-x", "1st", "a b", "a/b", "ü", "x" * 65])
def test_a_name_that_no_step_can_have_is_refused(name: str, tmp_path: Path) -> None:
    refused = type_in("steps", "new", "--folder", str(tmp_path / "x"), "--", name)
    assert refused.exit_code == USAGE
    assert not (tmp_path / "x").exists()


def test_a_name_becomes_a_title() -> None:
    assert [title_of(name) for name in ("keep_small", "a.b-c", "x_")] == ["Keep small", "A b c", "X"]
