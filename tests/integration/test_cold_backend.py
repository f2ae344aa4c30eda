"""The cold backend with real processes that behave as badly as processes can."""

import asyncio
import json
import signal
import time
from pathlib import Path
from shlex import quote

import pytest

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.process_tree import marked_processes, send
from octopus.execution.backends.protocol import AttemptSpec, Exit
from octopus.execution.backends.standing import read_processes
from octopus.execution.supervisor.supervision import DRAIN_S
from tests.support.attempts import Stage, alive

pytestmark = pytest.mark.anyio

IGNORING_FAMILY = """
import os, signal, sys, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
for _ in range(10):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            while True:
                time.sleep(1)
        os._exit(0)
for _ in range(10):
    os.wait()
print("ready", flush=True)
while True:
    time.sleep(1)
"""


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path / "it's a folder")


async def run(stage: Stage, spec: AttemptSpec) -> Exit:
    return await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("exit 0", 0),
        ("exit 3", 3),
        ("false", 1),
        ("nosuchcommand", 127),
        ("kill -9 $$; exit 0", None),
        ("sh -c 'kill -9 $$'", -9),
        ("sh -c 'kill -SEGV $$'", -11),
        ("(exit 200)", 200),
        ("exec sh -c 'exit 0'", 0),
        ("true; kill -INT $$; sleep 1", -2),
        ("true; kill -TERM $$; sleep 1", -15),
    ],
)
async def test_the_code_is_the_steps_own(stage: Stage, command: str, code: int | None) -> None:
    end = await run(stage, stage.spec(command))
    assert (end.exit_code, end.lost) == (code, False)


async def test_a_shell_inside_the_step_does_not_disturb_the_code(stage: Stage) -> None:
    assert (await run(stage, stage.spec("bash -c 'exit 5'; bash -c 'exit 6'; exit 4"))).exit_code == 4


async def test_the_servers_own_bash_env_is_obeyed_too(stage: Stage, tmp_path: Path) -> None:
    own = tmp_path / "own env.sh"
    own.write_text("export FROM_OWN=yes\n")
    spec = stage.spec('echo "$FROM_OWN $BASH_ENV"; exit 3', BASH_ENV=str(own))
    assert (await run(stage, spec)).exit_code == 3
    assert stage.lines(spec)[0] == ("stdout", f"yes {own}")


async def test_the_first_line_is_in_the_log_while_the_step_goes_on(stage: Stage) -> None:
    spec = stage.spec("echo first; sleep 600")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "first")
    await attempt.cancel(0.2)
    assert alive(spec) == []


async def test_a_flood_of_both_streams_is_complete_and_each_in_order(stage: Stage) -> None:
    program = "import sys\nfor n in range(20000):\n print('o', n)\n print('e', n, file=sys.stderr)"
    spec = stage.spec(f"python3 -c {quote(program)}")
    assert (await run(stage, spec)).exit_code == 0
    lines = stage.lines(spec)
    assert [text for stream, text in lines if stream == "stdout"] == [f"o {n}" for n in range(20000)]
    assert [text for stream, text in lines if stream == "stderr"] == [f"e {n}" for n in range(20000)]


async def test_megabytes_without_a_newline_are_cut_into_lines_and_complete(stage: Stage) -> None:
    spec = stage.spec("head -c 5000000 /dev/zero | tr '\\0' x; printf end")
    assert (await run(stage, spec)).exit_code == 0
    assert "".join(text for _, text in stage.lines(spec)) == "x" * 5_000_000 + "end"


async def test_a_daemon_that_holds_the_pipes_delays_the_end_by_the_drain_time_and_is_ended(stage: Stage) -> None:
    spec = stage.spec("setsid sleep 600 & echo done")
    began = time.monotonic()
    assert (await run(stage, spec)).exit_code == 0
    assert time.monotonic() - began < 10 * DRAIN_S
    assert stage.lines(spec) == [("stdout", "done")]
    assert alive(spec) == []


async def test_a_daemon_that_let_go_of_the_pipes_is_ended_too(stage: Stage) -> None:
    spec = stage.spec("setsid sleep 600 > /dev/null 2>&1 < /dev/null & exit 0")
    assert (await run(stage, spec)).exit_code == 0
    assert alive(spec) == []


async def test_a_launcher_killed_from_outside_is_lost_and_its_orphan_ended(stage: Stage) -> None:
    spec = stage.spec("echo here; sleep 600; echo never")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "here")
    send({launcher_of(spec)}, signal.SIGKILL)
    end = await attempt.wait()
    assert (end.exit_code, end.lost, end.cancelled, end.launcher_code) == (None, True, False, -9)
    assert alive(spec) == []
    assert stage.lines(spec) == [("stdout", "here")]


async def test_a_step_killed_from_outside_failed_with_minus_nine(stage: Stage) -> None:
    spec = stage.spec("echo here; sleep 600")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "here")
    send(await sleepers(spec), signal.SIGKILL)
    end = await attempt.wait()
    assert (end.exit_code, end.lost) == (-9, False)


async def test_a_family_that_ignores_every_signal_is_gone_soon_after_the_grace(stage: Stage) -> None:
    spec = stage.spec(f"python3 -c {quote(IGNORING_FAMILY)}")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "ready")
    assert len(alive(spec)) >= 11
    began = time.monotonic()
    await attempt.cancel(0.5)
    assert (await attempt.wait()).cancelled
    assert time.monotonic() - began < 10 * (0.5 + 2)  # ten times what is promised, for a busy machine
    assert alive(spec) == []


async def test_a_polite_step_ends_at_once_when_interrupted(stage: Stage) -> None:
    program = (
        "import time\nprint('ready', flush=True)\ntry:\n time.sleep(600)\nexcept KeyboardInterrupt:\n print('bye')"
    )
    spec = stage.spec(f"python3 -c {quote(program)}")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "ready")
    await asyncio.wait_for(attempt.cancel(60), 30)
    assert ("stdout", "bye") in stage.lines(spec)


async def test_a_second_cancel_may_shorten_the_grace(stage: Stage) -> None:
    spec = stage.spec(f"python3 -c {quote(IGNORING_FAMILY)}")
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await stage.until_printed(spec, "ready")
    patient = asyncio.create_task(attempt.cancel(600))
    await asyncio.sleep(0)
    await asyncio.wait_for(attempt.cancel(0.1), 30)
    await patient
    assert alive(spec) == []


async def test_other_attempts_are_left_alone(stage: Stage) -> None:
    backend = ColdBackend(stage.bin_dir)
    mine, other = stage.spec("echo here; sleep 600"), stage.spec("echo here; sleep 600")
    attempts = [await backend.start(spec, stage.log_grew) for spec in (mine, other)]
    for spec in (mine, other):
        await stage.until_printed(spec, "here")
    await attempts[0].cancel(0.2)
    assert alive(mine) == []
    assert alive(other) != []
    await attempts[1].cancel(0.2)


async def test_the_argv_arrives_as_it_is(stage: Stage) -> None:
    (stage.bin_dir / "mlflow").write_text("#!/usr/bin/env python3\nimport json, sys\nprint(json.dumps(sys.argv[1:]))\n")
    hostile = ("-P", "x=$(id) `id` ; rm -rf / 'a' \"b\" \n\t🐙 --flag", "--", "", "-", "=", "*")
    plain = stage.spec("")
    spec = AttemptSpec(plain.directory, ("mlflow", *hostile), plain.env, plain.cwd)
    assert (await run(stage, spec)).exit_code == 0
    assert json.loads(stage.lines(spec)[0][1]) == list(hostile)


async def test_no_file_descriptor_or_thread_is_left_behind(stage: Stage) -> None:
    await run(stage, stage.spec("true"))
    before = open_files()
    for _ in range(3):
        await run(stage, stage.spec("echo x"))
    assert open_files() == before


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def launcher_of(spec: AttemptSpec) -> int:
    processes = read_processes(AttemptDirectory(spec.directory))
    assert processes is not None
    return processes.child.pid


async def sleepers(spec: AttemptSpec) -> set[int]:
    """The attempt's `sleep` processes, once there are any."""
    async with asyncio.timeout(30):
        while True:
            if found := {pid for pid in marked_processes(spec.directory) if command_line(pid).startswith(b"sleep\0")}:
                return found
            await asyncio.sleep(0.01)


def command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()
