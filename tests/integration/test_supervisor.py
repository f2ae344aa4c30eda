"""Attempts outlive the server: found again with every line, and lost only when nothing else can be true."""

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

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.attempt_files import ATTEMPT_VARIABLE
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.process_tree import marked_processes
from octopus.execution.backends.protocol import AttemptSpec, Exit
from octopus.execution.backends.standing import Processes, read_exit, read_processes
from octopus.execution.backends.supervised import REBOOTED, SUPERVISOR_DIED
from octopus.execution.supervisor.claim import HAS_BEGUN, IS_LIVE
from tests.support.attempt_server import AttemptServer
from tests.support.attempts import Stage, alive, until

pytestmark = pytest.mark.anyio

COUNTING = """
import os, sys
n = 0
while not os.path.exists("enough"):
    for _ in range(100):
        n += 1
        print("line", n)
print("last", n, flush=True)
"""
"""Prints without a pause until it is told that it is enough."""

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


def directory_of(spec: AttemptSpec) -> AttemptDirectory:
    return AttemptDirectory(spec.directory)


def processes_of(spec: AttemptSpec) -> Processes:
    processes = read_processes(directory_of(spec))
    assert processes is not None
    return processes


async def reattached(stage: Stage, spec: AttemptSpec) -> Exit:
    attempt = await ColdBackend(stage.bin_dir).reattach(spec.directory, stage.log_grew)
    assert attempt is not None
    return await asyncio.wait_for(attempt.wait(), 60)


async def test_a_server_killed_again_and_again_costs_no_line(stage: Stage) -> None:
    spec = stage.spec(python(COUNTING), PATH=os.environ["PATH"])
    log = directory_of(spec).log
    server = AttemptServer("start", stage, spec)
    for _ in range(3):
        size = log.stat().st_size if log.exists() else 0
        await until(lambda size=size: log.exists() and log.stat().st_size > size + 10_000)
        server.kill()
        server = AttemptServer("reattach", stage, spec)
    server.kill()
    (spec.directory / "enough").touch()
    assert (await reattached(stage, spec)).exit_code == 0
    texts = [text for _, text in stage.lines(spec)]
    assert texts == [*(f"line {n}" for n in range(1, len(texts))), f"last {len(texts) - 1}"]
    assert alive(spec) == []


async def test_a_step_that_ends_while_no_server_is_there_is_settled_at_once(stage: Stage) -> None:
    spec = stage.spec("echo done; exit 3")
    server = AttemptServer("start", stage, spec)
    server.kill()
    await until(lambda: directory_of(spec).exit.exists())
    ends = [await reattached(stage, spec) for _ in range(2)]
    assert ends[0] == ends[1]
    assert (ends[0].exit_code, ends[0].lost) == (3, False)


async def test_a_server_that_found_an_attempt_can_cancel_it(stage: Stage) -> None:
    spec = stage.spec("echo here; sleep 600")
    server = AttemptServer("start", stage, spec)
    server.kill()
    await until(lambda: ("stdout", "here") in stage.lines(spec))
    attempt = await ColdBackend(stage.bin_dir).reattach(spec.directory, stage.log_grew)
    assert attempt is not None
    await asyncio.wait_for(attempt.cancel(5), 60)
    assert (await attempt.wait()).cancelled
    assert alive(spec) == []


async def test_a_killed_supervisor_is_noticed_and_its_tree_ended(stage: Stage) -> None:
    spec = stage.spec("setsid sleep 600 & echo here; sleep 600")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "here")
    began = time.monotonic()
    os.kill(processes_of(spec).supervisor.pid, signal.SIGKILL)
    end = await asyncio.wait_for(attempt.wait(), 60)
    assert time.monotonic() - began < 2 * 10
    assert (end.exit_code, end.lost, end.cancelled, end.reason) == (None, True, False, SUPERVISOR_DIED)
    assert alive(spec) == []
    assert await reattached(stage, spec) == end


async def test_server_and_supervisor_killed_is_lost_at_the_next_start(stage: Stage) -> None:
    spec = stage.spec("setsid sleep 600 & echo here; sleep 600")
    server = AttemptServer("start", stage, spec)
    await until(lambda: ("stdout", "here") in stage.lines(spec))
    server.kill()
    os.kill(processes_of(spec).supervisor.pid, signal.SIGKILL)
    assert (await reattached(stage, spec)).lost
    assert alive(spec) == []


async def test_a_step_that_hides_its_mark_is_found_by_the_session_of_its_dead_supervisor(stage: Stage) -> None:
    spec = stage.spec(f"env -u {ATTEMPT_VARIABLE} sleep 600 & echo $!; exec sleep 600")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await until(lambda: stage.lines(spec))
    hidden = int(stage.lines(spec)[0][1])
    os.kill(processes_of(spec).supervisor.pid, signal.SIGKILL)
    assert (await attempt.wait()).lost
    await until(lambda: not Path(f"/proc/{hidden}").exists())


async def test_after_a_restart_of_the_machine_nothing_runs_any_more(stage: Stage) -> None:
    spec = stage.spec("echo here; sleep 600")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "here")
    record = json.loads(directory_of(spec).processes.read_text())
    directory_of(spec).processes.write_text(json.dumps({**record, "boot_id": "another"}))
    end = await reattached(stage, spec)
    assert (end.exit_code, end.lost, end.reason) == (None, True, REBOOTED)
    assert (await attempt.wait()).lost
    assert alive(spec) == []


async def test_an_attempt_that_never_began_may_be_started(stage: Stage) -> None:
    spec = stage.spec("echo once")
    backend = ColdBackend(stage.bin_dir)
    assert await backend.reattach(spec.directory, stage.log_grew) is None
    assert await backend.reattach(spec.directory.with_name("other.1.1"), stage.log_grew) is None
    assert (await (await backend.start(spec, stage.log_grew)).wait()).exit_code == 0
    assert stage.lines(spec) == [("stdout", "once")]


async def test_a_supervisor_that_has_not_come_to_its_lock_yet_is_waited_for(stage: Stage) -> None:
    spec = stage.spec("echo once")
    blueprint = stage.spec("echo once")
    await (await ColdBackend(stage.bin_dir).start(blueprint, stage.log_grew)).wait()
    told = json.loads(directory_of(blueprint).spec.read_text())
    directory_of(spec).write_spec({**told, "cwd": str(spec.directory)})
    slow = slow_supervisor(spec)
    assert (await reattached(stage, spec)).exit_code == 0
    assert slow.wait(60) == 0
    assert stage.lines(spec) == [("stdout", "once")]


async def test_an_attempt_that_another_server_has_started_is_followed_not_repeated(stage: Stage) -> None:
    spec = stage.spec("echo once; sleep 600")
    server = AttemptServer("start", stage, spec)
    await until(lambda: stage.lines(spec))
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await until(lambda: "another supervisor" in directory_of(spec).supervisor_log.read_text())
    (spec.directory / "cancel").write_text('{"grace_s": 1}')
    assert (await attempt.wait()).cancelled
    server.kill()
    assert stage.lines(spec) == [("stdout", "once")]


async def test_a_second_supervisor_is_refused(stage: Stage) -> None:
    spec = stage.spec("echo here; sleep 600")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "here")
    assert second_supervisor(spec) == IS_LIVE == 99
    await attempt.cancel(0.1)
    assert second_supervisor(spec) == HAS_BEGUN == 98
    directory_of(spec).exit.unlink()
    assert second_supervisor(spec) == HAS_BEGUN
    assert stage.lines(spec) == [("stdout", "here")]


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


async def test_a_step_is_offered_to_the_kernel_before_anything_else_and_hears_every_signal(stage: Stage) -> None:
    spec = stage.spec("cat /proc/self/oom_score_adj; grep -E 'SigIgn|SigBlk' /proc/self/status; ls /proc/self/fd")
    assert (await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()).exit_code == 0
    texts = [text for _, text in stage.lines(spec)]
    assert int(texts[0]) >= 500
    assert [line.split()[1] for line in texts[1:3]] == ["0" * 16] * 2
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


async def test_an_exit_record_that_makes_no_sense_is_that_of_a_lost_attempt(stage: Stage) -> None:
    spec = stage.spec("exit 0")
    await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    for nonsense in (b"", b"[]", b"\xff", b'{"exit_code": ', b'{"exit_code": "0"}', b'{"lost": 0}'):
        directory_of(spec).exit.write_bytes(nonsense)
        assert (await reattached(stage, spec)).lost


async def test_an_exit_record_that_cannot_be_read_now_is_read_later(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusals = [OSError(24, "Too many open files")] * 2

    def read(directory: AttemptDirectory) -> Exit | None:
        if refusals:
            raise refusals.pop()
        return read_exit(directory)

    monkeypatch.setattr("octopus.execution.backends.supervised._UNREADABLE_PAUSE_S", 0.01)
    monkeypatch.setattr("octopus.execution.backends.supervised.read_exit", read)
    end = await (await ColdBackend(stage.bin_dir).start(stage.spec("exit 3"), stage.log_grew)).wait()
    assert (end.exit_code, refusals) == (3, [])


async def test_an_exit_record_that_can_never_be_read_is_that_of_a_lost_attempt(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("octopus.execution.backends.supervised._UNREADABLE_LIMIT_S", 0)
    spec = stage.spec("exit 0")
    await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    directory_of(spec).exit.unlink()
    directory_of(spec).exit.mkdir()
    end = await reattached(stage, spec)
    assert (end.lost, end.reason) == (True, "how it ended cannot be read: Is a directory")


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


def second_supervisor(spec: AttemptSpec) -> int:
    return subprocess.run([*supervisor(), str(spec.directory)], capture_output=True).returncode


def slow_supervisor(spec: AttemptSpec) -> "subprocess.Popen[bytes]":
    """As one is found whose server died right after it had started it: it has not come to its lock yet."""
    return subprocess.Popen(
        ["sh", "-c", 'sleep 1; exec "$@"', "sh", *supervisor(), str(spec.directory)],
        env={**spec.env, ATTEMPT_VARIABLE: str(spec.directory)},
        start_new_session=True,
    )
