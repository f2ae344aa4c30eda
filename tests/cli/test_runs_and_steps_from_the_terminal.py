"""`octopus runs` and `octopus steps` against a real server that has a finished run."""

import json
from typing import Any

import pytest

from octopus.cli.exit_codes import SERVER
from octopus.cli.printable import printable, shown
from octopus.cli.run_table import terminal
from tests.cli.test_pipelines_from_the_terminal import octopus
from tests.support.server import ServerProcess


def test_the_palette_is_listed_with_what_each_step_does(server: ServerProcess) -> None:
    done = octopus(server, "steps", "list")
    assert done.returncode == 0, done.stderr
    assert any(line.startswith("train ") for line in done.stdout.splitlines())


def test_a_step_is_shown_with_ports_and_parameters(server: ServerProcess) -> None:
    done = octopus(server, "steps", "show", "split")
    assert done.returncode == 0, done.stderr
    assert "in  data (dataset)" in done.stdout
    assert "ratios" in done.stdout


def test_an_unknown_step_is_refused_with_a_sentence(server: ServerProcess) -> None:
    done = octopus(server, "steps", "show", "nosuch")
    assert done.returncode == SERVER
    assert "nosuch" in done.stderr


def test_a_finished_run_is_listed_shown_and_its_log_is_read_by_the_first_characters_of_its_id(
    server: ServerProcess, finished_run: dict[str, Any]
) -> None:
    run_id = finished_run["id"]
    listed = octopus(server, "runs", "list", "--status", "succeeded", "--json")
    assert run_id in [run["id"] for run in json.loads(listed.stdout)]
    shown = octopus(server, "runs", "show", run_id[:10])
    assert shown.returncode == 0, shown.stderr
    assert [line.split()[:2] for line in shown.stdout.splitlines()[1:5]] == [
        [step["id"], "succeeded"] for step in finished_run["steps"]
    ]
    log = octopus(server, "runs", "logs", run_id[:10], finished_run["steps"][0]["id"])
    assert log.returncode == 0, log.stderr
    assert "rows" in log.stdout


def test_a_run_that_has_ended_cannot_be_cancelled(server: ServerProcess, finished_run: dict[str, Any]) -> None:
    done = octopus(server, "runs", "cancel", finished_run["id"])
    assert done.returncode == SERVER
    assert "ended" in done.stderr


def test_what_a_step_printed_cannot_move_the_cursor() -> None:
    assert printable("a\x1b[2Jb\rc\td\u202e") == "a[2Jbc\td"


def test_nothing_in_an_answer_of_the_server_can() -> None:
    answer = {"name": "a\x1b]0;gone\x07", "problems": [{"message": "b\x9b2J\nc\r"}], "count": 1}
    assert shown(answer) == {"name": "a]0;gone", "problems": [{"message": "b2J\nc"}], "count": 1}


def test_names_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    terminal().print("[/nosuch] [red]:bomb:")
    assert capsys.readouterr().out == "[/nosuch] [red]:bomb:\n"
