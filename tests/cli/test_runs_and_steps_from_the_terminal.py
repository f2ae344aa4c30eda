"""`octopus steps`, an ended run, and that nothing of what others wrote is obeyed by the terminal."""

import json
from pathlib import Path

import pytest

from octopus.cli.exit_codes import SERVER
from octopus.cli.printable import printable, shown
from octopus.cli.run_table import terminal
from tests.support.terminal import House, drawing


def test_the_palette_is_listed_with_what_each_step_does(house: House) -> None:
    done = house.type_in("steps", "list")
    assert done.exit_code == 0, done.stderr
    assert any(line.startswith("train ") for line in done.stdout.splitlines())


def test_a_step_is_shown_with_ports_and_parameters(house: House) -> None:
    done = house.type_in("steps", "show", "split")
    assert done.exit_code == 0, done.stderr
    assert "in  data (dataset)" in done.stdout
    assert "ratios" in done.stdout


def test_an_unknown_step_is_refused_with_a_sentence(house: House) -> None:
    done = house.type_in("steps", "show", "nosuch")
    assert done.exit_code == SERVER
    assert "nosuch" in done.stderr


def test_an_ended_run_is_listed_and_can_be_cancelled_no_more(house: House, tmp_path: Path) -> None:
    run_id = house.type_in("run", drawing(tmp_path, "Ended", "load")).stdout.splitlines()[0].removeprefix("run ")
    listed = house.type_in("runs", "list", "--status", "succeeded", "--json")
    assert run_id in [run["id"] for run in json.loads(listed.stdout)]
    assert run_id[:12] in house.type_in("runs", "list").stdout
    done = house.type_in("runs", "cancel", run_id[:12])
    assert done.exit_code == SERVER
    assert "ended" in done.stderr


def test_what_a_step_printed_cannot_move_the_cursor() -> None:
    assert printable("a\x1b[2Jb\rc\td\u202e") == "a[2Jbc\td"


def test_nothing_in_an_answer_of_the_server_can() -> None:
    answer = {"name": "a\x1b]0;gone\x07", "problems": [{"message": "b\x9b2J\nc\r"}], "count": 1}
    assert shown(answer) == {"name": "a]0;gone", "problems": [{"message": "b2J\nc"}], "count": 1}


def test_names_are_no_markup(capsys: pytest.CaptureFixture[str]) -> None:
    terminal().print("[/nosuch] [red]:bomb:")
    assert capsys.readouterr().out == "[/nosuch] [red]:bomb:\n"
