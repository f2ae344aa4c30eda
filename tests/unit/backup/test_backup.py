"""A backup holds what is worth keeping, whole, and nothing else."""

import hashlib
import json
import os
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from octopus.features.backup import contents
from octopus.features.backup.manifest import Manifest
from octopus.features.backup.refusal import BackupRefused
from octopus.features.backup.writing import Source, backup
from tests.api.world import open_world
from tests.support.estate import TOKEN, Estate

ALWAYS = {
    "octopus.db",
    "mlflow.db",
    "attempts/done/load.1.1/exit.json",
    "attempts/done/load.1.1/log",
    "datasets/.about/iris.csv.json",
    "datasets/iris.csv",
    "projects.json",
    "projects/abc/run.sh",
}
ARTIFACT = "artifacts/e1/m-done/artifacts/out/data.csv"


def names_in(file: Path) -> list[str]:
    with tarfile.open(file) as archive:
        return archive.getnames()


def test_it_holds_everything_that_is_worth_keeping_and_nothing_else(estate: Estate, tmp_path: Path) -> None:
    file = tmp_path / "b.tar"
    manifest = estate.back_up(file)
    assert set(names_in(file)) == {*ALWAYS, ARTIFACT, "backup.json"}
    assert names_in(file)[-1] == "backup.json"
    assert set(manifest.expected) == {*ALWAYS, ARTIFACT}
    assert (manifest.tracking, manifest.data_dir) == ("included", str(estate.path))


def test_it_is_private_and_the_only_thing_that_is_left(estate: Estate, tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        estate.back_up(tmp_path / "b.tar")
    finally:
        os.umask(umask)
    assert (tmp_path / "b.tar").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"b.tar", estate.path.name}


def test_every_file_is_listed_with_the_digest_of_its_content(estate: Estate, tmp_path: Path) -> None:
    estate.back_up(tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as archive:
        listed = Manifest.model_validate_json(archive.extractfile("backup.json").read())  # type: ignore[union-attr]
        for path, entry in listed.expected.items():
            content = archive.extractfile(path).read()  # type: ignore[union-attr]
            assert entry.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
            assert entry.size_bytes == len(content)


def test_artifacts_can_be_listed_instead_of_copied(estate: Estate, tmp_path: Path) -> None:
    manifest = estate.back_up(tmp_path / "b.tar", with_artifacts=False)
    assert set(names_in(tmp_path / "b.tar")) == {*ALWAYS, "backup.json"}
    assert [one.path for one in manifest.artifacts] == [ARTIFACT]
    assert manifest.artifacts[0].digest == f"sha256:{hashlib.sha256((estate.path / ARTIFACT).read_bytes()).hexdigest()}"


def test_it_can_be_compressed(estate: Estate, tmp_path: Path) -> None:
    estate.back_up(tmp_path / "b.tar.gz")
    assert (tmp_path / "b.tar.gz").read_bytes()[:2] == b"\x1f\x8b"
    assert ARTIFACT in names_in(tmp_path / "b.tar.gz")


def test_the_token_is_not_in_it(estate: Estate, tmp_path: Path) -> None:
    estate.back_up(tmp_path / "b.tar")
    assert TOKEN.encode() not in (tmp_path / "b.tar").read_bytes()


def test_the_password_of_a_tracking_server_is_not_in_it(estate: Estate, tmp_path: Path) -> None:
    source = Source(estate.path, estate.path / "octopus.db", "https://me:hunter2@mlflow.example/x?key=hunter2")
    said: list[str] = []
    manifest = backup(source, tmp_path / "b.tar", said.append)
    assert manifest.tracking == "https://mlflow.example/x"
    assert b"hunter2" not in (tmp_path / "b.tar").read_bytes()
    assert "mlflow.db" not in names_in(tmp_path / "b.tar")
    assert "not part of this backup" in said[0]


def test_no_file_is_overwritten(estate: Estate, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("precious")
    with pytest.raises(BackupRefused, match=r"b\.tar is there already") as refusal:
        estate.back_up(tmp_path / "b.tar")
    assert refusal.value.code == "backup_exists"
    assert (tmp_path / "b.tar").read_text() == "precious"


def test_a_damaged_database_is_not_backed_up_as_if_it_were_whole(estate: Estate, tmp_path: Path) -> None:
    with closing(sqlite3.connect(estate.path / "mlflow.db")) as connection, connection:
        connection.executemany("INSERT INTO params VALUES ('m', 'k', ?)", [("x" * 1000,) for _ in range(100)])
    content = bytearray((estate.path / "mlflow.db").read_bytes())
    content[-8192:] = b"\xff" * 8192
    (estate.path / "mlflow.db").write_bytes(content)
    with pytest.raises(BackupRefused, match=r"mlflow\.db.*octopus restore") as refusal:
        estate.back_up(tmp_path / "b.tar")
    assert refusal.value.code == "cannot_read"
    assert not (tmp_path / "b.tar").exists()


def test_a_folder_without_data_is_said_to_have_none(tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="nothing to back up"):
        backup(Source(tmp_path, tmp_path / "octopus.db"), tmp_path / "b.tar", lambda _: None)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(estate: Estate, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match=r"nowhere/b\.tar") as refusal:
        estate.back_up(tmp_path / "nowhere" / "b.tar")
    assert refusal.value.code == "cannot_write"


def test_it_knows_everything_that_a_server_puts_into_its_data_directory(tmp_path: Path) -> None:
    with open_world(tmp_path):
        found = {path.name.removesuffix("-wal").removesuffix("-shm") for path in (tmp_path / "data").iterdir()}
    assert found <= contents.INCLUDED | set(contents.LEFT_OUT)
    assert not contents.INCLUDED & set(contents.LEFT_OUT)


def test_the_manifest_can_be_read_by_a_person(estate: Estate, tmp_path: Path) -> None:
    estate.back_up(tmp_path / "b.tar")
    with tarfile.open(tmp_path / "b.tar") as archive:
        text = archive.extractfile("backup.json").read()  # type: ignore[union-attr]
    assert json.loads(text)["format"] == 1
    assert text.count(b"\n") > 20
