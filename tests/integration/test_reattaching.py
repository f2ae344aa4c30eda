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
from octopus.execution.backends.protocol import AttemptSpec, Exit
from octopus.execution.backends.standing import read_exit
from octopus.execution.backends.supervised import REBOOTED, SUPERVISOR_DIED
from octopus.execution.supervisor.claim import HAS_BEGUN, IS_LIVE
from tests.support.attempt_server import AttemptServer
from tests.support.attempts import Stage, alive, directory_of, processes_of, until

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


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "attempts")


def python(program: str) -> str:
    return f"exec python3 -c {quote(program)}"


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
