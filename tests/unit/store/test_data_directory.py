"""The data directory is private, and one server's at a time."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from octopus.domain.errors import StorageUnavailable
from octopus.store.data_directory import (
    DATABASE_NAME,
    LOCK_NAME,
    DataDirectory,
    announced_server,
    running_server,
)

NOBODY = 65534


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def not_root() -> Iterator[None]:
    """File modes mean nothing to root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_a_new_one_is_private_whatever_the_umask(tmp_path: Path) -> None:
    with umask(0):
        directory = DataDirectory.claim(tmp_path / "deep" / "data")
        folder = directory.folder("attempts")
    directory.release()
    assert (mode(directory.path), mode(folder), mode(directory.path / LOCK_NAME)) == (0o700, 0o700, 0o600)


def test_an_own_or_empty_one_that_lies_open_is_closed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    DataDirectory.claim(tmp_path).release()
    assert mode(tmp_path) == 0o700
    tmp_path.chmod(0o755)
    DataDirectory.claim(tmp_path).release()
    assert mode(tmp_path) == 0o700


def test_a_folder_with_other_peoples_files_keeps_its_mode(tmp_path: Path) -> None:
    (tmp_path / "shared.txt").touch()
    tmp_path.chmod(0o777)
    DataDirectory.claim(tmp_path).release()
    assert mode(tmp_path) == 0o777


def test_it_can_be_claimed_again_after_its_release(tmp_path: Path) -> None:
    for _ in range(2):
        directory = DataDirectory.claim(tmp_path)
        directory.release()
        directory.release()


def test_paths_are_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    directory = DataDirectory.claim(Path("data"))
    directory.release()
    assert directory.database_path == tmp_path / "data" / DATABASE_NAME


def test_a_second_server_is_refused_and_told_who_has_it(tmp_path: Path) -> None:
    claim = (
        "import sys; from pathlib import Path; from octopus.store.data_directory import DataDirectory;"
        "d = DataDirectory.claim(Path(sys.argv[1])); print('mine', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", claim, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"mine\n"
        with pytest.raises(StorageUnavailable, match=f"process {first.pid}") as refusal:
            DataDirectory.claim(tmp_path)
        assert refusal.value.code == "data_directory_in_use"
        assert str(tmp_path) in refusal.value.detail
        first.kill()
    DataDirectory.claim(tmp_path).release()


def test_a_child_process_does_not_keep_the_lock(tmp_path: Path) -> None:
    directory = DataDirectory.claim(tmp_path)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        directory.release()
        DataDirectory.claim(tmp_path).release()
        child.kill()


def test_a_read_only_one_is_refused_by_name(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o500)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_mode & 0o001 == 0 and os.geteuid() == 0:
            parent.chmod(parent.stat().st_mode | 0o011)
        if parent.name.startswith("pytest-of"):
            break
    with not_root(), pytest.raises(StorageUnavailable, match="Check its owner and mode") as refusal:
        DataDirectory.claim(data)
    assert refusal.value.code == "data_directory_unusable"
    assert str(data) in refusal.value.detail


def test_a_file_in_its_place_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(StorageUnavailable, match="cannot be used") as refusal:
        DataDirectory.claim(tmp_path / "data")
    assert refusal.value.code == "data_directory_unusable"


def test_a_lock_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("precious")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / LOCK_NAME).symlink_to(canary)
    with pytest.raises(StorageUnavailable):
        DataDirectory.claim(tmp_path / "data")
    assert canary.read_text() == "precious"


def test_a_server_is_found_while_it_is_there(tmp_path: Path) -> None:
    assert running_server(tmp_path) is None
    directory = DataDirectory.claim(tmp_path)
    assert running_server(tmp_path) == (os.getpid(), None)
    directory.announce("http://127.0.0.1:8500")
    assert running_server(tmp_path) == (os.getpid(), "http://127.0.0.1:8500")
    directory.withdraw()
    assert running_server(tmp_path) == (os.getpid(), None)
    directory.release()
    assert running_server(tmp_path) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_nobody_else_can_say_where_the_server_is(tmp_path: Path) -> None:
    directory = DataDirectory.claim(tmp_path)
    directory.announce("http://127.0.0.1:8500")
    os.chown(tmp_path / LOCK_NAME, NOBODY, NOBODY)
    assert (running_server(tmp_path), announced_server(tmp_path)) == (None, None)
    directory.release()


def test_a_link_to_somewhere_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "other").write_text("1\nhttp://127.0.0.1:8500\n")
    (tmp_path / LOCK_NAME).symlink_to("other")
    assert (running_server(tmp_path), announced_server(tmp_path)) == (None, None)
