"""`octopus run`, `plan` and `validate` as a person types them, against a real server and with one of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from octopus.cli.exit_codes import PROBLEMS, RUN_FAILED, SERVER, USAGE
from tests.support.server import TOKEN, ServerProcess

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


def octopus(server: ServerProcess, *words: str) -> "subprocess.CompletedProcess[str]":
    return typed(["--server", server.url], *words)


def typed(options: Sequence[str], *words: str) -> "subprocess.CompletedProcess[str]":
    env = {**os.environ, "OCTOPUS_TOKEN": TOKEN, "NO_COLOR": "1", "COLUMNS": "300"}
    command = [OCTOPUS, *words, *options]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=LIMIT_S, check=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "pipeline.json"
    path.write_text(json.dumps(LOADING), encoding="utf-8")
    return path


def planned(server: ServerProcess, file: Path, *words: str) -> dict[str, Any]:
    done = octopus(server, "plan", str(file), "--json", *words)
    assert done.returncode == 0, done.stderr
    plan: dict[str, Any] = json.loads(done.stdout)
    return plan


def test_a_pipeline_runs_and_its_events_are_lines_of_json(server: ServerProcess, file: Path) -> None:
    done = octopus(server, "run", str(file), "--json", "--param", "rows=40")
    assert done.returncode == 0, done.stdout + done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert (events[0]["kind"], events[-1]["kind"]) == ("run.queued", "run.succeeded")
    assert events[0]["parameters"]["rows"] == 40


def test_where_there_is_no_terminal_a_run_prints_a_line_per_change_and_what_the_steps_print(
    server: ServerProcess, file: Path
) -> None:
    done = octopus(server, "run", str(file), "--force", "--logs", "--profile", "small")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert "load running" in lines
    assert any(line.startswith("load: ") and "20 rows" in line for line in lines)
    assert lines[-1] == "succeeded"


def test_a_failed_run_ends_with_its_reason_and_code(server: ServerProcess, tmp_path: Path) -> None:
    step = {"id": "load", "type": "ingest", "params": {"location": "/nowhere/at-all.csv"}}
    file = tmp_path / "fails.json"
    file.write_text(json.dumps({"schema_version": 1, "name": "Fails", "steps": [step]}), encoding="utf-8")
    done = octopus(server, "run", str(file))
    assert done.returncode == RUN_FAILED, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("failed: load failed")


def test_a_plan_shows_every_command_line_with_the_parameters_in_it(server: ServerProcess, file: Path) -> None:
    done = octopus(server, "plan", str(file), "--param", "rows=77")
    assert done.returncode == 0, done.stderr
    assert "mlflow run" in done.stdout
    assert "limit=77" in done.stdout


@pytest.mark.parametrize(
    ("words", "rows"),
    [((), 30), (("--profile", "small"), 20), (("--profile", "small", "--param", "rows=25"), 25)],
)
def test_a_given_parameter_wins_over_the_profile_and_that_over_the_default(
    server: ServerProcess, file: Path, words: tuple[str, ...], rows: int
) -> None:
    plan = planned(server, file, *words)
    assert f"limit={rows}" in plan["steps"][0]["argv"]


def test_yaml_is_read_as_json_is(server: ServerProcess, tmp_path: Path, file: Path) -> None:
    twin = tmp_path / "pipeline.yaml"
    twin.write_text(yaml.safe_dump(LOADING), encoding="utf-8")
    assert planned(server, twin)["steps"] == planned(server, file)["steps"]


def test_validate_lists_problems_with_their_places(server: ServerProcess, tmp_path: Path, file: Path) -> None:
    assert octopus(server, "validate", str(file)).returncode == 0
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps({"schema_version": 1, "name": "B", "steps": [{"id": "a", "type": "ingets"}]}))
    done = octopus(server, "validate", str(broken))
    assert done.returncode == PROBLEMS
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
    server: ServerProcess, file: Path, words: tuple[str, ...], says: str
) -> None:
    done = octopus(server, "plan", str(file), *words)
    assert done.returncode == USAGE
    assert says in done.stderr


@pytest.mark.parametrize(("name", "text"), [("x.json", "{"), ("x.yaml", "a: [1"), ("x.json", "[]")])
def test_a_file_that_is_no_pipeline_is_named(server: ServerProcess, tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    done = octopus(server, "validate", str(tmp_path / name))
    assert done.returncode == USAGE
    assert name in done.stderr


def test_a_server_that_does_not_answer_is_named(file: Path) -> None:
    done = typed(["--server", "http://127.0.0.1:9"], "validate", str(file))
    assert done.returncode == SERVER
    assert "http://127.0.0.1:9" in done.stderr


def test_without_a_server_the_command_has_one_of_its_own_and_leaves_none_behind(tmp_path: Path, file: Path) -> None:
    data_dir = tmp_path / "data"
    done = typed(["--data-dir", str(data_dir)], "validate", str(file))
    assert done.returncode == 0, done.stderr
    assert ServerProcess(data_dir).processes_mentioning(str(data_dir)) == []


def test_the_server_that_uses_the_data_directory_is_found(server: ServerProcess, file: Path) -> None:
    done = typed(["--data-dir", str(server.data_dir)], "validate", str(file))
    assert done.returncode == 0, done.stderr
