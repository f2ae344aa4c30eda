"""`octopus run`, `plan` and `validate` as a person types them; once as processes, with real steps and a server of their
own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from octopus.cli.exit_codes import PROBLEMS, SERVER, USAGE
from tests.support.server import TOKEN, ServerProcess
from tests.support.terminal import House, type_in
from tests.support.waiting import until

LIMIT_S = 150
OCTOPUS = str(Path(sys.executable).parent / "octopus")

LOADING: dict[str, Any] = {
    "schema_version": 1,
    "name": "From the terminal",
    "parameters": {
        "rows": {"type": "int", "default": 30},
        "target": {"type": "string", "default": "iris"},
    },
    "profiles": {"small": {"rows": 20}},
    "steps": [{"id": "load", "type": "ingest", "params": {"bundled": "${params.target}", "limit": "${params.rows}"}}],
}


def octopus(*words: str) -> "subprocess.CompletedProcess[str]":
    """The command in a process of its own."""
    env = {**os.environ, "OCTOPUS_TOKEN": TOKEN, "NO_COLOR": "1", "COLUMNS": "300"}
    return subprocess.run([OCTOPUS, *words], env=env, capture_output=True, text=True, timeout=LIMIT_S, check=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pipeline.json"
    path.write_text(json.dumps(LOADING), encoding="utf-8")
    return path


def planned(house: House, file: Path, *words: str) -> dict[str, Any]:
    done = house.type_in("plan", str(file), "--json", *words)
    assert done.exit_code == 0, done.stderr
    plan: dict[str, Any] = json.loads(done.stdout)
    return plan


@pytest.mark.mlflow
def test_without_a_server_a_run_has_one_of_its_own_and_leaves_none_behind(tmp_path: Path, file: Path) -> None:
    data_dir = tmp_path / "data"
    done = octopus("run", str(file), "--json", "--logs", "--param", "rows=40", "--data-dir", str(data_dir))
    assert done.returncode == 0, done.stdout + done.stderr
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    events = [message for message in messages if message["kind"] != "log"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert (events[0]["kind"], events[-1]["kind"]) == ("run.queued", "run.succeeded")
    assert events[0]["parameters"]["rows"] == 40
    told = [line["text"] for message in messages if message["kind"] == "log" for line in message["lines"]]
    assert any("40 rows" in line for line in told)
    until(lambda: not ServerProcess(data_dir).processes_mentioning(str(data_dir)), "nothing of it is left")


def test_a_plan_shows_every_command_line_with_the_parameters_in_it(house: House, file: Path) -> None:
    done = house.type_in("plan", str(file), "--param", "rows=77")
    assert done.exit_code == 0, done.stderr
    assert "mlflow run" in done.stdout
    assert "limit=77" in done.stdout


@pytest.mark.parametrize(
    ("words", "rows"),
    [((), 30), (("--profile", "small"), 20), (("--profile", "small", "--param", "rows=25"), 25)],
)
def test_a_given_parameter_wins_over_the_profile_and_that_over_the_default(
    house: House, file: Path, words: tuple[str, ...], rows: int
) -> None:
    plan = planned(house, file, *words)
    assert f"limit={rows}" in plan["steps"][0]["argv"]


def test_yaml_is_read_as_json_is(house: House, tmp_path: Path, file: Path) -> None:
    twin = tmp_path / "pipeline.yaml"
    twin.write_text(yaml.safe_dump(LOADING), encoding="utf-8")
    assert planned(house, twin)["steps"] == planned(house, file)["steps"]


def test_validate_lists_problems_with_their_places(house: House, tmp_path: Path, file: Path) -> None:
    assert house.type_in("validate", str(file)).exit_code == 0
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps({"schema_version": 1, "name": "B", "steps": [{"id": "a", "type": "ingets"}]}))
    done = house.type_in("validate", str(broken))
    assert done.exit_code == PROBLEMS
    assert "/steps/0/type" in done.stdout
    assert "ingest" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--param", "rows"), "name=value"),
        (("--param", "rows=many"), "is not JSON"),
        (("--to", "load", "--only", "load"), "one of --to, --from and --only"),
    ],
)
def test_options_that_make_no_sense_are_refused_with_a_sentence(
    house: House, file: Path, words: tuple[str, ...], says: str
) -> None:
    done = house.type_in("plan", str(file), *words)
    assert done.exit_code == USAGE
    assert says in done.stderr


@pytest.mark.parametrize(("name", "text"), [("x.json", "{"), ("x.yaml", "a: [1"), ("x.json", "[]")])
def test_a_file_that_is_no_pipeline_is_named(house: House, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    done = house.type_in("validate", str(tmp_path / name))
    assert done.exit_code == USAGE
    assert name in done.stderr


def test_a_server_that_does_not_answer_is_named(file: Path) -> None:
    done = type_in("validate", str(file), "--server", "http://127.0.0.1:9")
    assert done.exit_code == SERVER
    assert "http://127.0.0.1:9" in done.stderr


def test_the_server_that_uses_the_data_directory_is_found(house: House, file: Path) -> None:
    done = type_in("validate", str(file), "--data-dir", str(house.data_dir))
    assert done.exit_code == 0, done.stderr
