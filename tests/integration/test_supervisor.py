"""What a supervisor does for its step: starts it well, hears every request, keeps its limits, records its end."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from shlex import quote

import pytest

from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.process_tree import marked_processes
from octopus.execution.backends.protocol import AttemptSpec
from tests.support.attempts import Stage, alive, directory_of, processes_of, until

pytestmark = pytest.mark.anyio

WIDE_FAMILY = """
import os, signal, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
for _ in range(400):
    if os.fork() == 0:
        os.setsid()
        while True:
            time.sleep(1)
print("ready", flush=True)
while True:
    time.sleep(1)
"""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "attempts")


def python(program: str) -> str:
    return f"exec python3 -c {quote(program)}"


async def test_a_request_to_end_is_heard_without_a_signal(stage: Stage) -> None:
    spec = stage.spec("echo here; sleep 600")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "here")
    directory_of(spec).cancel.write_text("what?")
    assert (await asyncio.wait_for(attempt.wait(), 60)).cancelled


async def test_what_was_cancelled_before_its_start_never_starts(stage: Stage) -> None:
    spec = stage.spec("echo never")
    directory_of(spec).cancel.write_text('{"grace_s": 1}')
    end = await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    assert (end.exit_code, end.cancelled, end.lost) == (None, True, False)
    assert stage.lines(spec) == []


async def test_a_supervisor_that_is_told_to_stop_ends_its_step_and_says_so(stage: Stage) -> None:
    spec = stage.spec("echo here; sleep 600")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "here")
    os.kill(processes_of(spec).supervisor.pid, signal.SIGTERM)
    end = await asyncio.wait_for(attempt.wait(), 60)
    assert (end.lost, end.cancelled) == (True, False)
    assert "SIGTERM" in str(end.reason)
    assert alive(spec) == []


async def test_a_supervisor_that_does_not_answer_is_ended_with_its_step(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("octopus.execution.backends.supervised._BACKSTOP_S", 0.2)
    spec = stage.spec("echo here; sleep 600")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "here")
    os.kill(processes_of(spec).supervisor.pid, signal.SIGSTOP)
    await asyncio.wait_for(attempt.cancel(0.1), 60)
    assert (await attempt.wait()).cancelled
    assert alive(spec) == []


async def test_a_step_that_takes_too_long_is_ended(stage: Stage) -> None:
    spec = stage.spec("trap '' INT; echo here; while :; do sleep 600; done", timeout_s=1.0, grace_s=0.2)
    began = time.monotonic()
    end = await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    assert 1 <= time.monotonic() - began < 30
    assert (end.timed_out, end.lost, end.cancelled) == (True, False, False)
    assert alive(spec) == []


async def test_a_step_that_is_quick_enough_is_not(stage: Stage) -> None:
    end = await (await ColdBackend(stage.bin_dir).start(stage.spec("exit 0", timeout_s=600.0), stage.log_grew)).wait()
    assert (end.exit_code, end.timed_out) == (0, False)


async def test_four_hundred_processes_are_gone_soon_after_the_grace(stage: Stage) -> None:
    spec = stage.spec(python(WIDE_FAMILY))
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "ready")
    assert len(marked_processes(spec.directory)) > 400
    began = time.monotonic()
    await attempt.cancel(0.5)
    assert time.monotonic() - began < 0.5 + 5 + 20
    assert alive(spec) == []


async def test_the_step_is_interrupted_once_each_process_of_it(stage: Stage) -> None:
    program = (
        "import signal, time\nheard = []\nsignal.signal(signal.SIGINT, lambda *_: heard.append(1))\n"
        "print('ready', flush=True)\nwhile not heard: time.sleep(0.01)\ntime.sleep(0.3)\nprint('heard', len(heard))"
    )
    spec = stage.spec(python(program))
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "ready")
    await attempt.cancel(60)
    assert ("stdout", "heard 1") in stage.lines(spec)


KEPT_BY_THE_C_LIBRARY = 0b11 << 31
"""Signals 32 and 33, of which nobody else can ask anything: some launchers leave them ignored."""


async def test_a_step_is_offered_to_the_kernel_before_anything_else_and_hears_every_signal(stage: Stage) -> None:
    spec = stage.spec("cat /proc/self/oom_score_adj; grep -E 'SigIgn|SigBlk' /proc/self/status; ls /proc/self/fd")
    assert (await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()).exit_code == 0
    texts = [text for _, text in stage.lines(spec)]
    assert int(texts[0]) >= 500
    assert [int(line.split()[1], 16) & ~KEPT_BY_THE_C_LIBRARY for line in texts[1:3]] == [0, 0]
    assert texts[3:] == ["0", "1", "2", "3"]  # 3 is ls looking


async def test_the_environment_reaches_the_step_and_no_file(stage: Stage) -> None:
    spec = stage.spec('echo "$CANARY"', CANARY="canary-of-the-environment")
    await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    assert stage.lines(spec) == [("stdout", "canary-of-the-environment")]
    others = [path for path in spec.directory.rglob("*") if path.is_file() and path.name != "log"]
    assert not [path for path in others if b"canary-of" in path.read_bytes()]


async def test_a_command_that_the_kernel_refuses_is_lost_and_says_why(stage: Stage) -> None:
    plain = stage.spec("")
    spec = AttemptSpec(plain.directory, ("mlflow", "x" * 200_000), plain.env, plain.cwd)
    end = await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    assert end.lost
    assert "Argument list too long" in str(end.reason)


async def test_a_supervisor_that_cannot_start_is_lost_and_says_why(stage: Stage) -> None:
    spec = stage.spec("echo never")
    directory_of(spec).lock.mkdir()
    end = await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    assert end.lost
    assert "Is a directory" in str(end.reason)


@pytest.mark.parametrize(
    ("printed", "lines"),
    [
        ("'\\n' * 1000", [""] * 1000),
        ("'10 %\\r20 %\\r30 %\\nno newline'", ["10 %\r20 %\r30 %", "no newline"]),
        ("'\\x00\\x1b[31m\\u202e<script>'", ["\x00\x1b[31m\u202e<script>"]),
    ],
)
async def test_whatever_is_printed_is_in_the_log_as_it_was(stage: Stage, printed: str, lines: list[str]) -> None:
    spec = stage.spec(python(f"import sys; sys.stdout.reconfigure(encoding='utf-8'); print({printed}, end='')"))
    await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    assert [text for _, text in stage.lines(spec)] == lines


async def test_a_million_lines_are_a_million_lines(stage: Stage) -> None:
    spec = stage.spec("exec seq 1000000")
    await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    record = json.loads(directory_of(spec).exit.read_text())
    assert (record["last_line"], record["dropped_bytes"]) == (1_000_000, 0)
    with directory_of(spec).log.open("rb") as log:
        assert sum(1 for _ in log) == 1_000_000


async def test_a_full_log_says_so_and_the_step_goes_on(stage: Stage) -> None:
    spec = stage.spec("seq 100000; echo 'the reason' >&2; exit 0", log_cap_bytes=100_000)
    end = await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    assert (end.exit_code, end.last_stderr) == (0, "the reason")
    texts = [text for _, text in stage.lines(spec)]
    kept = len(texts) - 2
    assert texts[:kept] == [str(n) for n in range(1, kept + 1)]
    assert texts[kept].startswith("octopus: this log is full (100,000 bytes)")
    dropped = sum(len(str(n)) + 1 for n in range(kept + 1, 100_001)) + len("the reason\n")
    assert end.dropped_bytes == dropped
    assert texts[-1] == f"octopus: {dropped:,} bytes were dropped"
    assert 100_000 < directory_of(spec).log.stat().st_size < 101_000


async def test_a_log_is_capped_on_request(stage: Stage) -> None:
    spec = stage.spec("echo one; until [ -e go ]; do sleep 0.05; done; echo two; exit 0")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "one")
    directory_of(spec).cap.touch()
    await until(lambda: len(stage.lines(spec)) == 2)
    (spec.directory / "go").touch()
    end = await attempt.wait()
    assert (end.exit_code, end.dropped_bytes) == (0, len("two\n"))
    assert [text.partition(";")[0] for _, text in stage.lines(spec)] == [
        "one",
        "octopus: the disk is nearly full",
        "octopus: 4 bytes were dropped",
    ]


def test_the_supervisor_imports_little_and_nothing_but_the_standard_library() -> None:
    program = (
        "import sys; before = set(sys.modules)\nimport octopus.execution.supervisor.__main__\n"
        "print('\\n'.join(set(sys.modules) - before))"
    )
    said = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=True).stdout
    imported = {name for name in said.split() if not name.startswith("octopus")}
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
    dear = {"asyncio", "dataclasses", "datetime", "inspect", "logging", "pathlib", "subprocess", "typing"}
    assert not imported & dear


def test_the_supervisor_says_how_it_is_called() -> None:
    done = subprocess.run([*supervisor()], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")


def supervisor() -> list[str]:
    return [sys.executable, "-P", "-m", "octopus.execution.supervisor"]
