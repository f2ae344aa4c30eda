"""Which processes are whose, as the kernel tells it."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from octopus.execution.attempt_files import ATTEMPT_VARIABLE
from octopus.execution.backends.standing import Process
from octopus.execution.supervisor import kernel, tree
from tests.support.waiting import until


@contextmanager
def sleeping(program: str = "sleep", **env: str) -> Iterator[int]:
    process = subprocess.Popen([program, "600"], env={"PATH": os.environ["PATH"], **env}, start_new_session=True)
    try:
        # The kernel lets Popen return a moment before the new program's environment can be read.
        until(Path(f"/proc/{process.pid}/environ").read_bytes, "it has its environment")
        yield process.pid
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("name", ["plain", "a) S 1 (b", "two words\n"])
def test_a_process_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    shutil.copy(shutil.which("sleep") or "", tmp_path / name)
    with sleeping(str(tmp_path / name)) as pid:
        assert kernel.parents()[pid] == os.getpid()
        assert kernel.session_members(pid) == kernel.group_members(pid) == {pid}
        assert Process(pid, kernel.start_time(pid)).is_alive


def test_an_id_alone_does_not_make_it_the_same_process() -> None:
    with sleeping() as pid:
        started = kernel.start_time(pid)
        assert started is not None
        assert not Process(pid, started - 1).is_alive
        assert not Process(pid, None).is_alive
    assert not Process(pid, started).is_alive
    assert kernel.start_time(pid) is None


@pytest.mark.parametrize(
    ("mark", "is_marked"),
    [("/d/run/a.1.1", True), ("/d/run", False), ("/d/run/a.1.1/out", True), ("/d/run/a.1.10", False), ("", False)],
)
def test_the_mark_is_that_of_the_directory_or_of_one_below(mark: str, is_marked: bool) -> None:
    with sleeping(**{ATTEMPT_VARIABLE: mark, "X": f"{ATTEMPT_VARIABLE}=/d/run/a.1.1"}) as pid:
        assert (pid in tree.marked("/d/run/a.1.1")) is is_marked


def test_descendants_are_found_and_nobody_else(tmp_path: Path) -> None:
    (tmp_path / "pids").touch()
    with sleeping() as stranger:
        family = subprocess.Popen(
            ["sh", "-c", "sleep 600 & echo $!; setsid sleep 600 & echo $!; wait"], stdout=subprocess.PIPE, text=True
        )
        assert family.stdout is not None
        children = {int(family.stdout.readline()) for _ in range(2)}
        assert tree.descendants(family.pid) == children
        assert {stranger, family.pid} <= tree.descendants(os.getpid())
        tree.send({family.pid, *children}, signal.SIGKILL)
        tree.send({family.pid}, signal.SIGKILL)  # it is a zombie by now: that is no error
        family.communicate()
