"""The help is the manual: complete, with examples that work; and the Tab key knows what may be typed."""

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from octopus.cli.exit_codes import TABLE, USAGE
from octopus.cli.main import build_cli
from scripts.cli_page import cli_page, commands, example_lines
from tests.support.terminal import House, drawing, type_in

APP = typer.main.get_command(build_cli(lambda *_settings, **_more: None))
COMMANDS = {" ".join(path): command for path, command in commands(APP)}
NAMED_BY_CONTRACT = (
    "serve run plan validate clean export gc doctor backup restore runs-list runs-show runs-logs runs-cancel "
    "runs-delete steps-list steps-show steps-new"
)


def test_every_command_that_was_promised_is_there() -> None:
    assert {f"octopus {name.replace('-', ' ')}" for name in NAMED_BY_CONTRACT.split()} <= set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does_what_it_takes_and_shows_examples(name: str) -> None:
    command: Any = COMMANDS[name]
    shown = type_in(*name.split()[1:], "--help")
    assert shown.exit_code == 0
    assert command.help.strip()
    assert [one.name for one in command.params if not one.help] == []
    assert example_lines(command.epilog)
    for line in example_lines(command.epilog):
        assert line in shown.stdout


@pytest.mark.parametrize("line", [line for command in COMMANDS.values() for line in example_lines(command.epilog)])
def test_every_example_is_understood(line: str) -> None:
    words = shlex.split(line.partition(" | ")[0].replace("<long random text>", "x" * 32))
    while "=" in words[0]:
        words.pop(0)
    if words[0] == "octopus":
        command: Any = APP
        while hasattr(command, "commands"):
            words.pop(0)
            command = command.commands[words[0]]
        command.make_context(words[0], words[1:])


def test_the_overview_fits_and_has_the_exit_codes() -> None:
    shown = type_in("--help", COLUMNS="80").stdout
    listed = shown.partition("Commands:")[2].partition("Examples:")[0]
    assert "..." not in listed
    assert all(f"{code:<4} {meaning}" in shown for code, meaning in TABLE)
    assert len({code for code, _ in TABLE}) == len(TABLE)


def test_the_page_of_the_manual_has_every_command_option_and_exit_code() -> None:
    page = cli_page()
    for name, command in COMMANDS.items():
        section = page.partition(f"## `{name}`\n")[2].partition("\n## ")[0]
        assert [
            option
            for one in command.params
            for option in one.opts
            if option.startswith("--") and f"`{option}`" not in section
        ] == []
    assert [code for code, _ in TABLE if f"| `{code}` |" not in page] == []
    assert str(Path.home()) not in page


@pytest.mark.parametrize(
    ("words", "suggestion"),
    [(("rnu",), "'run'"), (("runs", "lst"), "'list'"), (("run", "x.json", "--forec"), "--force")],
)
def test_a_slip_is_answered_with_what_may_have_been_meant(words: tuple[str, ...], suggestion: str) -> None:
    done = type_in(*words)
    assert done.exit_code == USAGE
    assert suggestion in done.stderr


def offered(line: str, **env: str) -> list[str]:
    """What the Tab key offers at the end of the line."""
    shell = {"_OCTOPUS_COMPLETE": "complete_fish", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = type_in(_TYPER_COMPLETE_ARGS=line, **shell, **env)
    return [offer.partition("\t")[0] for offer in done.stdout.splitlines() if offer]


@pytest.fixture
def file(tmp_path: Path) -> str:
    more = {"parameters": {"rows": {"type": "int", "default": 3}}, "profiles": {"prod": {"rows": 9}}}
    return drawing(tmp_path, "Tab", "load", "left", **more)


def test_tab_knows_commands_options_and_step_types() -> None:
    assert offered("octopus va") == ["validate"]
    assert offered("octopus run --fo") == ["--force"]
    assert offered("octopus steps show c") == ["clean", "condition"]
    assert "failed" in offered("octopus runs list --status ")


def test_tab_knows_what_a_pipeline_names(file: str) -> None:
    assert offered(f"octopus run {file} --to ") == ["load", "left"]
    assert offered(f"octopus run {file} --only le") == ["left"]
    assert offered(f"octopus clean {file} lo") == ["load"]
    assert offered(f"octopus run {file} --param ") == ["rows="]
    assert offered(f"octopus run {file} --force --profile ") == ["prod"]


def test_tab_knows_runs_their_steps_and_pipelines(house: House, file: str) -> None:
    run_id = house.type_in("run", file).stdout.splitlines()[0].removeprefix("run ")
    saved = house.call("POST", "/pipelines", json={"document": json.loads(Path(file).read_text())})["id"]
    where = f"--data-dir {house.data_dir}"
    assert run_id in offered(f"octopus runs show {where} ")
    assert offered(f"octopus runs logs {where} {run_id[:12]} l") == ["load", "left"]
    assert offered("octopus runs logs ", OCTOPUS_DATA_DIR=str(house.data_dir))[0] == run_id
    assert saved in offered(f"octopus runs list {where} --pipeline ")


def test_nothing_that_a_shell_would_obey_comes_from_a_strangers_document(tmp_path: Path) -> None:
    names = ["$(reboot)", "a;reboot", "a b", "--server=http://example.com", "a\\", "a\nb", "fine"]
    steps = [{"id": name, "type": "x", "label": "\\$(reboot) \\` it's\x1b[2J [/b] fine"} for name in names]
    file = tmp_path / "strange.json"
    file.write_text(json.dumps({"steps": steps}))
    line, shell = f"octopus run {file} --to ", {"_OCTOPUS_COMPLETE": "complete_zsh"}
    assert offered(line) == ["fine"]
    told = type_in(_TYPER_COMPLETE_ARGS=line, **shell).stdout
    assert told == """_arguments '*: :(("fine":"(reboot) it s 2J /b fine"))'\n"""


def test_tab_waits_for_no_pipe_and_follows_no_references(tmp_path: Path) -> None:
    pipe, many = tmp_path / "pipe.json", tmp_path / "many.yaml"
    os.mkfifo(pipe)
    lists = "\n".join(f"a{n + 1}: &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]" for n in range(9))
    many.write_text(f"a0: &a0 x\n{lists}\nsteps: [{{id: one, label: *a9}}]\n")
    assert offered(f"octopus run {pipe} --to ") == []
    assert offered(f"octopus run {many} --to ") in ([], ["one"])


def test_where_there_is_nothing_tab_offers_nothing_and_makes_nothing(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("[1, 2")
    nowhere = tmp_path / "nowhere"
    for line in (
        f"octopus run {broken} --to ",
        "octopus run --to ",
        f"octopus run {tmp_path}/none.yaml --param ",
        f"octopus runs show --data-dir {nowhere} ",
        f"octopus runs logs --data-dir {nowhere} abc ",
        f"octopus runs list --data-dir {nowhere} --pipeline ",
    ):
        assert offered(line) == [], line
    assert not nowhere.exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_installed_for_every_shell(shell: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shellingham.detect_shell", lambda: (shell, f"/bin/{shell}"))
    done = type_in("--install-completion", HOME=str(tmp_path))
    assert done.exit_code == 0, done.output
    assert [path for path in tmp_path.rglob("*octopus*") if "_OCTOPUS_COMPLETE" in path.read_text()]


def test_in_a_real_shell_the_word_is_completed() -> None:
    script = """
        eval "$(octopus --show-completion)"
        COMP_WORDS=(octopus steps show regi) COMP_CWORD=3
        _octopus_completion octopus
        echo "${COMPREPLY[@]}"
    """
    env = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "HOME": "/nowhere"}
    done = subprocess.run(
        ["bash", "--norc", "-c", script], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.strip() == "register", done.stderr
