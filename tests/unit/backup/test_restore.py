"""What is restored is what was backed up, elsewhere too; anything else is refused and changes nothing."""

import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from octopus.domain import event as e
from octopus.domain.errors import StorageUnavailable
from octopus.features.backup.manifest import Manifest
from octopus.features.backup.refusal import BackupRefused
from octopus.features.backup.restoring import restore
from octopus.store.data_directory import DataDirectory
from tests.support.estate import Estate, events_in, json_of, rows

FILES = [
    "attempts/done/load.1.1/log",
    "datasets/iris.csv",
    "datasets/.about/iris.csv.json",
    "projects/abc/run.sh",
    "projects.json",
    "artifacts/e1/m-done/artifacts/out/data.csv",
]


@pytest.fixture
def file(estate: Estate, tmp_path: Path) -> Path:
    estate.back_up(tmp_path / "b.tar")
    return tmp_path / "b.tar"


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A place whose name has to be quoted in a URI."""
    return tmp_path / "new place" / "data"


def put_back(file: Path, place: Path, **options: Any) -> Manifest:
    return restore(file, place, lambda _: None, **options)


def refusal_of(file: Path, place: Path, **options: Any) -> BackupRefused:
    """Refused, and nothing of it is left."""
    before = sorted(path.name for path in place.parent.iterdir()) if place.parent.exists() else []
    with pytest.raises(BackupRefused) as refusal:
        put_back(file, place, **options)
    assert (sorted(path.name for path in place.parent.iterdir()) if before else []) == before
    return refusal.value


def test_files_come_back_as_they_were(estate: Estate, file: Path, new: Path) -> None:
    put_back(file, new)
    for name in FILES:
        assert (new / name).read_bytes() == (estate.path / name).read_bytes()
    assert not (new / "attempts/open").exists()
    assert not (new / "token").exists()


def test_a_compressed_backup_comes_back_too(estate: Estate, new: Path, tmp_path: Path) -> None:
    estate.back_up(tmp_path / "b.tgz")
    put_back(tmp_path / "b.tgz", new)
    assert (new / "datasets/iris.csv").read_text() == "a,b\n"


def test_only_the_owner_may_look_and_programs_stay_programs(file: Path, new: Path) -> None:
    put_back(file, new)
    modes = {path.relative_to(new).as_posix(): path.stat().st_mode & 0o777 for path in [new, *new.rglob("*")]}
    folders = {name for name in modes if (new / name).is_dir()}
    assert {modes[name] for name in folders} == {0o700}
    assert {name for name in modes.keys() - folders if modes[name] != 0o600} == {"projects/abc/run.sh"}
    assert modes["projects/abc/run.sh"] == 0o700


def test_what_had_ended_is_the_same_and_what_was_going_on_is_ended(estate: Estate, file: Path, new: Path) -> None:
    put_back(file, new)
    done, cut_short = events_in(new, "done"), events_in(new, "open")
    assert [event.kind for event in done] == ["run.queued", "run.started", "step.artifact", "run.succeeded"]
    assert cut_short[:3] == events_in(estate.path, "open")
    lost, failed = cut_short[3:]
    assert isinstance(lost, e.StepLost)
    assert isinstance(failed, e.RunFailed)
    assert lost.reason == failed.reason == "the run was going on when the backup was made"
    assert rows(new / "mlflow.db", "SELECT run_uuid, status, end_time IS NULL FROM runs") == [
        ("m-done", "FINISHED", 1),
        ("m-open", "KILLED", 0),
        ("foreign", "RUNNING", 1),
    ]


def test_artifacts_are_found_in_their_new_place(estate: Estate, file: Path, new: Path) -> None:
    put_back(file, new)
    artifacts = new / "artifacts"
    done = artifacts / "e1/m-done/artifacts"
    assert rows(new / "mlflow.db", "SELECT artifact_location FROM experiments") == [((artifacts / "e1").as_uri(),)]
    assert rows(new / "mlflow.db", "SELECT artifact_uri FROM runs")[0] == (done.as_uri(),)
    assert rows(new / "mlflow.db", "SELECT source, storage_location FROM model_versions") == [(str(done), "models:/x")]
    artifact = events_in(new, "done")[2]
    assert isinstance(artifact, e.StepArtifact)
    assert artifact.uri == f"{done.as_uri()}/out/data.csv"
    (result,) = json_of(new, "step_results", "record")
    assert (result["artifact_uri"], result["outputs_dir"]) == (done.as_uri(), str(done / "out"))


def test_what_people_wrote_stays_as_they_wrote_it(estate: Estate, file: Path, new: Path) -> None:
    put_back(file, new)
    (document,) = json_of(new, "pipeline_versions", "document")
    assert document["name"] == f"notes on {estate.path}/artifacts"
    assert rows(new / "mlflow.db", "SELECT value FROM params") == [(str(estate.done),)]


def test_a_directory_whose_name_only_begins_alike_is_another_one(estate: Estate, new: Path, tmp_path: Path) -> None:
    near = f"{estate.path}/artifacts-of-others/x"
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(estate.path / "mlflow.db")) as connection, connection:
        connection.execute("INSERT INTO experiments VALUES (2, ?)", (near,))
    estate.back_up(tmp_path / "near.tar")
    put_back(tmp_path / "near.tar", new)
    assert rows(new / "mlflow.db", "SELECT artifact_location FROM experiments")[1] == (near,)


def test_a_restored_directory_can_be_backed_up_and_restored_in_place_of_itself(file: Path, new: Path) -> None:
    put_back(file, new)
    from octopus.features.backup.writing import Source, backup

    backup(Source(new, new / "octopus.db"), new.parent / "again.tar", lambda _: None)
    (new / "datasets/iris.csv").write_text("changed")
    put_back(new.parent / "again.tar", new, replace=True)
    assert (new / "datasets/iris.csv").read_text() == "a,b\n"
    (aside,) = new.parent.glob("data.replaced-*")
    assert (aside / "datasets/iris.csv").read_text() == "changed"


def test_an_empty_directory_is_as_good_as_none(file: Path, new: Path) -> None:
    new.mkdir(parents=True)
    put_back(file, new)
    assert (new / "octopus.db").exists()


def test_a_directory_that_is_not_empty_is_left_alone(estate: Estate, file: Path, tmp_path: Path) -> None:
    assert refusal_of(file, estate.path).code == "directory_not_empty"
    foreign = tmp_path / "home"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("dear")
    refusal = refusal_of(file, foreign, replace=True)
    assert (refusal.code, "not a data directory" in refusal.detail) == ("directory_not_empty", True)
    assert (foreign / "letter.txt").read_text() == "dear"


def test_a_directory_that_a_server_uses_is_left_alone(estate: Estate, file: Path) -> None:
    held = DataDirectory.claim(estate.path)
    try:
        with pytest.raises(StorageUnavailable) as refusal:
            put_back(file, estate.path, replace=True)
    finally:
        held.release()
    assert refusal.value.code == "data_directory_in_use"


@pytest.mark.parametrize("left", [0, 100, 5_000, -2_000])
def test_a_backup_that_was_cut_short_is_refused(file: Path, new: Path, left: int) -> None:
    content = file.read_bytes().rstrip(b"\0")
    file.write_bytes(content[:left])
    assert refusal_of(file, new).code == "backup_damaged"


def test_a_compressed_backup_that_was_cut_short_is_refused(estate: Estate, tmp_path: Path, new: Path) -> None:
    estate.back_up(tmp_path / "b.tgz")
    (tmp_path / "b.tgz").write_bytes((tmp_path / "b.tgz").read_bytes()[:-100])
    assert refusal_of(tmp_path / "b.tgz", new).code == "backup_damaged"


def test_a_changed_byte_is_noticed(file: Path, new: Path) -> None:
    content = file.read_bytes()
    assert content.count(b"a,b\n1,2\n") == 1
    file.write_bytes(content.replace(b"a,b\n1,2\n", b"a,b\n1,3\n"))
    refusal = refusal_of(file, new)
    assert refusal.code == "backup_damaged"
    assert "artifacts/e1/m-done/artifacts/out/data.csv" in refusal.detail


def test_what_is_no_backup_is_refused(tmp_path: Path, new: Path) -> None:
    (tmp_path / "x.tar").write_text("dear diary")
    assert refusal_of(tmp_path / "x.tar", new).code == "backup_damaged"
    assert refusal_of(tmp_path / "gone.tar", new).code == "cannot_read"


def rewritten(file: Path, change: Callable[[list[tuple[tarfile.TarInfo, bytes]]], None]) -> Path:
    """The backup with other members, as somebody hostile would send it."""
    with tarfile.open(file) as archive:
        members = [(member, archive.extractfile(member).read()) for member in archive]  # type: ignore[union-attr]
    change(members)
    target = file.with_name("hostile.tar")
    with tarfile.open(target, "w") as archive:
        for member, content in members:
            archive.addfile(member, io.BytesIO(content) if member.isreg() else None)
    return target


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info, b""


@pytest.mark.parametrize(
    "added",
    [
        member("../canary"),
        member("/tmp/canary"),
        member("datasets/../../canary"),
        member("datasets/./canary"),
        member("unknown/canary"),
        member("token"),
        member("datasets"),
        member("datasets/link", tarfile.SYMTYPE, "/etc/passwd"),
        member("datasets/link", tarfile.LNKTYPE, "projects.json"),
        member("datasets/pipe", tarfile.FIFOTYPE),
        member("datasets/device", tarfile.CHRTYPE),
        member("datasets/folder", tarfile.DIRTYPE),
        member("projects.json"),
        member("projects.json/below"),
        member("datasets/surplus"),
    ],
    ids=lambda one: f"{one[0].name}:{one[0].type.decode()}",
)
def test_a_hostile_backup_writes_nothing_anywhere(
    file: Path, new: Path, added: tuple[tarfile.TarInfo, bytes], tmp_path: Path
) -> None:
    hostile = rewritten(file, lambda members: members.insert(-1, added))
    assert refusal_of(hostile, new).code in ("backup_damaged", "cannot_read")
    assert not list(tmp_path.rglob("canary"))
    assert not new.exists()


def test_a_missing_member_is_noticed(file: Path, new: Path) -> None:
    assert refusal_of(rewritten(file, lambda members: members.pop(3)), new).code == "backup_damaged"  # type: ignore[arg-type, return-value]


def with_field(file: Path, field: str, value: object) -> Path:
    """The backup with another value in its table of contents."""

    def change(members: list[tuple[tarfile.TarInfo, bytes]]) -> None:
        info, content = members.pop()
        text = json.dumps({**json.loads(content), field: value}).encode()
        info.size = len(text)
        members.append((info, text))

    return rewritten(file, change)


def test_a_backup_that_was_made_nowhere_is_damaged(file: Path, new: Path) -> None:
    assert refusal_of(with_field(file, "data_dir", "over/there"), new).code == "backup_damaged"


@pytest.mark.parametrize(("field", "value"), [("format", 2), ("schema_revision", "9999")])
def test_a_backup_of_a_newer_octopus_is_refused(file: Path, new: Path, field: str, value: object) -> None:
    refusal = refusal_of(with_field(file, field, value), new)
    assert refusal.code == "backup_too_new"
    assert "newer octopus" in refusal.detail


def test_a_backup_without_artifacts_says_so_and_keeps_their_places(estate: Estate, tmp_path: Path, new: Path) -> None:
    estate.back_up(tmp_path / "b.tar", with_artifacts=False)
    manifest = put_back(tmp_path / "b.tar", new)
    assert (manifest.has_artifacts, len(manifest.artifacts)) == (False, 1)
    assert not (new / "artifacts").exists()
    assert rows(new / "mlflow.db", "SELECT artifact_location FROM experiments") == [((new / "artifacts/e1").as_uri(),)]
