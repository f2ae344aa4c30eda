"""A disk that is full of the step's own output: the step waits and nothing is lost, unless somebody decides so."""

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends.cold import ColdBackend
from tests.support.attempts import Stage, alive, until

pytestmark = pytest.mark.anyio

LINES = 60_000
PRINTS_TOO_MUCH = f"seq {LINES}; echo end"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """On a disk of its own of two megabytes."""
    folder = tmp_path / "small disk"
    folder.mkdir()
    if os.getuid() != 0:
        pytest.skip("needs root: a small disk has to be mounted")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield Stage(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def grow(stage: Stage) -> None:
    subprocess.run(["mount", "-o", "remount,size=64m", str(stage.folder)], check=True)


def is_full(stage: Stage) -> bool:
    return os.statvfs(stage.folder).f_bavail == 0


async def test_the_step_waits_until_there_is_room_and_no_line_is_lost(stage: Stage) -> None:
    spec = stage.spec(PRINTS_TOO_MUCH)
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await until(lambda: is_full(stage))
    assert alive(spec)
    grow(stage)
    assert (await asyncio.wait_for(attempt.wait(), 60)).exit_code == 0
    assert [text for _, text in stage.lines(spec)] == [*(str(n) for n in range(1, LINES + 1)), "end"]


async def test_a_step_that_has_ended_is_not_over_before_all_it_printed_is_there(stage: Stage) -> None:
    spec = stage.spec("while [ -e wait ]; do sleep 0.05; done; echo end; exit 3")
    (spec.directory / "wait").touch()
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await until(lambda: AttemptDirectory(spec.directory).processes.exists())
    fill(stage)
    (spec.directory / "wait").unlink()
    waiting = asyncio.create_task(attempt.wait())
    done, _ = await asyncio.wait({waiting}, timeout=3)
    assert not done
    (stage.folder / "filling").unlink()
    assert (await asyncio.wait_for(waiting, 60)).exit_code == 3
    assert stage.lines(spec)[0] == ("stdout", "end")


async def test_a_log_that_may_be_capped_holds_up_nobody(stage: Stage) -> None:
    spec = stage.spec(PRINTS_TOO_MUCH)
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await until(lambda: AttemptDirectory(spec.directory).processes.exists())
    AttemptDirectory(spec.directory).cap.touch()
    fill(stage)
    end = await asyncio.wait_for(attempt.wait(), 60)
    assert (end.exit_code, end.lost) == (0, False)
    assert end.dropped_bytes > 0
    assert alive(spec) == []


async def test_a_cancelled_step_is_gone_although_its_log_cannot_be_written(stage: Stage) -> None:
    spec = stage.spec(PRINTS_TOO_MUCH, grace_s=0.5)
    attempt = await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)
    await until(lambda: is_full(stage))
    await asyncio.wait_for(attempt.cancel(0.5), 60)
    assert (await attempt.wait()).cancelled
    assert alive(spec) == []


def fill(stage: Stage) -> None:
    filling = os.open(stage.folder / "filling", os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(filling, b"x" * 4096)
    except OSError:
        return
    finally:
        os.close(filling)
