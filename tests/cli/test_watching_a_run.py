"""`octopus run`: what is seen of a run in a terminal, in a pipe and by a program, and what Ctrl+C does."""

import io
import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Literal

import pytest
from rich.console import Console

from octopus.cli import watching
from octopus.cli.exit_codes import PROBLEMS, RUN_CANCELLED, RUN_FAILED
from octopus.cli.interrupts import stoppable
from octopus.cli.printable import json_text
from octopus.cli.run_table import run_table, shown_steps
from octopus.domain.run import Progress, RunState, StepRunView
from octopus.domain.status import RunStatus, StepStatus
from tests.api.world import TOKEN
from tests.fakes.instant_backend import Act
from tests.support.terminal import House, drawing

LIMIT_S = 60
BEGAN, ENDED = "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:01.500Z"
HOSTILE = "red \x1b[2J\x9b2J\x07\u202e end"


def test_a_pipe_gets_a_line_per_change_and_the_verdict_last(house: House, tmp_path: Path) -> None:
    done = house.type_in("run", drawing(tmp_path, "Lines", "load"))
    assert done.exit_code == 0, done.output
    first, *lines = done.stdout.splitlines()
    assert first.startswith("run ")
    assert lines[:3] == ["load pending", "load queued", "load running"]
    assert lines[3].startswith("load succeeded after ")
    assert lines[4:] == ["succeeded"]


def test_a_failed_run_has_its_own_exit_code_and_says_why(house: House, tmp_path: Path) -> None:
    house.acts["falls"] = Act(stderr=("no such column",), exit_code=3)
    done = house.type_in("run", drawing(tmp_path, "Falls", "falls"))
    assert done.exit_code == RUN_FAILED
    assert done.stdout.splitlines()[-1] == "failed: falls failed: exit code 3: no such column"
    run_id = done.stdout.splitlines()[0].removeprefix("run ")
    assert f"octopus runs logs {run_id[:12]} falls" in done.stderr


def test_a_pipeline_with_problems_starts_nothing_and_names_their_places(house: House, tmp_path: Path) -> None:
    done = house.type_in("run", drawing(tmp_path, "Broken", "load", kind="ingets"))
    assert done.exit_code == PROBLEMS
    assert "/steps/0/type" in done.stderr


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_nothing_that_a_step_prints_reaches_the_terminal_raw(
    house: House, tmp_path: Path, words: tuple[str, ...]
) -> None:
    house.acts["hostile"] = Act(stdout=(HOSTILE,), stderr=(HOSTILE,), exit_code=1)
    done = house.type_in("run", drawing(tmp_path, "Hostile", "hostile"), "--logs", *words)
    assert done.exit_code == RUN_FAILED
    assert "red " in done.stdout
    assert [one for one in done.stdout if not one.isprintable() and one != "\n"] == []


def test_json_is_an_event_a_line_and_loses_nothing(house: House, tmp_path: Path) -> None:
    house.acts["speaks"] = Act(stdout=(HOSTILE, "Grüße 🐙"))
    done = house.type_in("run", drawing(tmp_path, "Json", "speaks"), "--json", "--logs", "--force")
    messages = [json.loads(line) for line in done.stdout.splitlines()]
    events = [message for message in messages if message["kind"] != "log"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["kind"] == "run.succeeded"
    told = [line["text"] for message in messages if message["kind"] == "log" for line in message["lines"]]
    assert told == [HOSTILE, "Grüße 🐙"]
    assert "Grüße 🐙" in done.stdout


def test_json_for_programs_can_be_shown_by_a_terminal_and_read_back() -> None:
    answer = {"text": "".join(map(chr, range(0x300))) + "\ud800\U000e0001\u202e"}
    for indent in (None, 1):
        text = json_text(answer, indent=indent)
        assert all(one.isprintable() or one == "\n" for one in text)
        assert json.loads(text) == answer


def test_a_letter_that_the_terminal_does_not_have_ends_no_command(house: House, tmp_path: Path) -> None:
    house.acts["foreign"] = Act(stdout=("5 €",))
    file = drawing(tmp_path, "Foreign", "foreign")
    assert "foreign: 5 \\u20ac" in house.type_in("run", file, "--logs", charset="latin-1").stdout
    lines = house.type_in("run", file, "--logs", "--json", "--force", charset="latin-1").stdout.splitlines()
    logs = [message for message in map(json.loads, lines) if message["kind"] == "log"]
    assert [line["text"] for log in logs for line in log["lines"]] == ["5 €"]


def drawn(state: RunState, *, height: int | None = None, colours: Literal["auto"] | None = None) -> str:
    console = Console(file=io.StringIO(), force_terminal=True, width=100, highlight=False, color_system=colours)
    console.print(run_table(state, bars=True, height=height))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def state_of(*steps: StepRunView) -> RunState:
    return RunState(id="r", status=RunStatus.RUNNING, started_at=BEGAN, steps=steps)


def test_each_step_has_a_bar_as_long_as_it_is_far() -> None:
    view = {"status": StepStatus.RUNNING, "started_at": BEGAN}
    half = StepRunView(id="half", progress=Progress(fraction=0.5, message="tree 4 of 8"), **view)
    done = StepRunView(id="done", status=StepStatus.SUCCEEDED, started_at=BEGAN, ended_at=ENDED, metrics={"f1": 0.5})
    waits = StepRunView(id="waits")
    lines = {line.split(" ")[0]: line for line in drawn(state_of(half, done, waits)).splitlines()}
    assert [lines[name].count("━") for name in ("half", "done", "waits")] == [9, 18, 0]
    assert "tree 4 of 8" in lines["half"]
    assert "1.5 s" in lines["done"]
    assert "f1 0.5" in lines["done"]
    assert "1 of 3 steps" in lines["running,"]


def test_colours_are_off_when_nobody_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    state = state_of(StepRunView(id="a", status=StepStatus.FAILED, reason="exit code 1"))
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[1;31m" in drawn(state, colours="auto")
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31m" not in drawn(state, colours="auto")


def test_a_run_longer_than_the_terminal_shows_what_matters_and_counts_the_rest() -> None:
    ended = [StepRunView(id=f"a{n}", status=StepStatus.SUCCEEDED, started_at=BEGAN, ended_at=BEGAN) for n in range(30)]
    last = StepRunView(id="last", status=StepStatus.REUSED, started_at=BEGAN, ended_at=ENDED)
    failed = StepRunView(id="failed", status=StepStatus.FAILED, ended_at=BEGAN)
    running = StepRunView(id="running", status=StepStatus.RUNNING, started_at=BEGAN)
    waiting = [StepRunView(id=f"b{n}") for n in range(30)]
    steps = (*ended, last, failed, running, *waiting)
    assert [step.id for step in shown_steps(steps, 3)] == ["last", "failed", "running"]
    shown = drawn(state_of(*steps), height=10)
    assert len(shown.splitlines()) <= 10
    assert "57 more: 27 succeeded, 30 pending" in shown


def hanging(house: House, folder: Path, name: str) -> str:
    house.acts[name] = Act(stdout=("hangs",), hangs=True)
    return drawing(folder, name.title(), name)


def interrupt_after(kind: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first `count` times that a message of this kind comes, somebody presses Ctrl+C."""
    real, left = watching.follow, [count]

    def follow(*args: Any) -> Any:
        for message in real(*args):
            yield message
            if left[0] and message["kind"] in (kind, "run.cancelling"):
                left[0] -= 1
                raise KeyboardInterrupt

    monkeypatch.setattr(watching, "follow", follow)


def test_ctrl_c_cancels_the_run_and_waits_for_it(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt_after("step.started", 1, monkeypatch)
    done = house.type_in("run", hanging(house, tmp_path, "waits_once"))
    assert done.exit_code == RUN_CANCELLED
    assert "Cancelling the run" in done.stderr
    assert done.stdout.splitlines()[-1].startswith("cancelled")


def test_a_second_ctrl_c_does_not_wait(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interrupt_after("step.started", 2, monkeypatch)
    done = house.type_in("run", hanging(house, tmp_path, "waits_twice"))
    assert done.exit_code == RUN_CANCELLED
    run_id = done.stdout.splitlines()[0].removeprefix("run ")
    assert f"Left while run {run_id} was being cancelled." in done.stderr


def test_ctrl_c_when_the_run_has_just_ended_shows_its_end(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupt_after("run.succeeded", 1, monkeypatch)
    done = house.type_in("run", drawing(tmp_path, "Just ended", "load"))
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_being_told_to_stop_is_ctrl_c(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(KeyboardInterrupt), stoppable():
        signal.raise_signal(number)
    assert signal.getsignal(number) == before


def test_in_a_terminal_the_run_is_drawn_in_colours_and_ctrl_c_cancels_it(house: House, tmp_path: Path) -> None:
    house.acts["in_colour"] = Act(stdout=(HOSTILE,), hangs=True)
    command = [sys.executable, "-m", "octopus", "run", drawing(tmp_path, "Colour", "in_colour"), "--logs"]
    env = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "OCTOPUS_TOKEN": TOKEN, "OCTOPUS_SERVER": house.url}
    screen, inside = pty.openpty()
    process = subprocess.Popen(command, stdin=inside, stdout=inside, stderr=inside, env=env, start_new_session=True)
    os.close(inside)
    seen = read_until(screen, "running", "")
    os.killpg(process.pid, signal.SIGINT)
    seen = read_until(screen, None, seen)
    os.close(screen)
    assert process.wait(LIMIT_S) == RUN_CANCELLED, seen
    assert "\x1b[1;34m" in seen, "running is blue"
    assert "━" in seen
    assert "in_colour: red [2J2J end" in seen
    assert "Cancelling the run" in seen


def read_until(screen: int, words: str | None, seen: str) -> str:
    """Everything that was drawn until `words`, or until the end."""
    deadline = time.monotonic() + LIMIT_S
    while words is None or words not in seen:
        ready, _, _ = select.select([screen], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"nothing more was drawn after {seen!r}"
        try:
            chunk = os.read(screen, 65536)
        except OSError:  # how a terminal says that nobody is there any more
            return seen
        seen += chunk.decode(errors="replace")
    return seen
