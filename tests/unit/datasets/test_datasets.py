"""An upload appears whole or not at all, and only inside its folder."""

import asyncio
import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from octopus.domain.errors import InvalidRequest, NotFound, PayloadTooLarge, StorageUnavailable
from octopus.features.datasets.datasets import Datasets
from tests.fixtures.traversal import CORPUS
from tests.unit.datasets.conftest import Sent

pytestmark = pytest.mark.anyio
CSV = b"a,b\n1,2\n"


def files_below(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


async def test_an_upload_is_stored_byte_by_byte_and_described(datasets: Datasets, folder: Path) -> None:
    content = CSV * 700
    dataset = await datasets.add("My iris.CSV", Sent(content, step=1000))
    assert (folder / dataset.id).read_bytes() == content
    assert (dataset.name, dataset.format, dataset.size_bytes) == ("My iris.CSV", "csv", len(content))
    assert dataset.location == f"dataset:{dataset.id}"
    assert dataset.digest == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert dataset.uploaded_at == "2026-01-01T00:00:01.000Z"
    assert (await datasets.list()).items == (dataset,)


async def test_files_and_folders_are_private(datasets: Datasets, folder: Path) -> None:
    await datasets.add("iris.csv", Sent(CSV))
    modes = {(folder / name).stat().st_mode & 0o777 for name in files_below(folder)}
    folders = {path.stat().st_mode & 0o777 for path in (folder, folder / ".about", folder / ".incoming")}
    assert (modes, folders) == ({0o600}, {0o700})


@pytest.mark.parametrize(
    ("name", "start", "expected"),
    [
        ("a.csv", CSV, "csv"),
        ("a.tsv", b"a\tb\n", "csv"),
        ("a.parquet", b"PAR1....", "parquet"),
        ("a.json", b"[]", "json"),
        ("a.jsonl", b"{}\n", "jsonl"),
        ("a.ndjson", b"{}\n", "jsonl"),
        ("a.arrow", b"ARROW1\x00\x00", "arrow"),
        ("a.feather", b"ARROW1\x00\x00", "arrow"),
        ("a.xlsx", b"PK\x03\x04...", "excel"),
    ],
)
async def test_every_kind_that_ingest_reads_is_accepted(
    datasets: Datasets, name: str, start: bytes, expected: str
) -> None:
    assert (await datasets.add(name, Sent(start, step=3))).format == expected


@pytest.mark.parametrize("name", ["a.exe", "a.pkl", "a.joblib", "a.zip", "a.html", "a.csv.gz", "noending", "", ".csv"])
async def test_other_kinds_are_refused_before_a_byte_is_read(datasets: Datasets, folder: Path, name: str) -> None:
    sent = Sent(CSV)
    with pytest.raises(InvalidRequest, match=r"Accepted are \.csv") as refusal:
        await datasets.add(name, sent)
    assert refusal.value.code == "dataset_format_unsupported"
    assert (sent.left, files_below(folder)) == (CSV, set())


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "dataset_empty"),
        ("a.parquet", b"", "dataset_empty"),
        ("a.parquet", CSV, "dataset_content_unexpected"),
        ("a.xlsx", b"<html>", "dataset_content_unexpected"),
        ("a.csv", b"PAR1\x00\x00", "dataset_content_unexpected"),
        ("a.csv", "a,b\n1,2\n".encode("utf-16"), "dataset_content_unexpected"),
    ],
)
async def test_content_that_cannot_be_is_refused_and_leaves_nothing(
    datasets: Datasets, folder: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(InvalidRequest, match=name) as refusal:
        await datasets.add(name, Sent(content))
    assert (refusal.value.code, files_below(folder)) == (code, set())


async def test_a_file_over_the_limit_is_refused_without_reading_it_all(datasets: Datasets, folder: Path) -> None:
    sent = Sent(b"x" * 1_000_000, step=1000)
    with pytest.raises(PayloadTooLarge, match=r"big\.csv is larger"):
        await datasets.add("big.csv", sent)
    assert len(sent.left) > 980_000
    assert files_below(folder) == set()


async def test_all_files_together_keep_to_the_quota(datasets: Datasets) -> None:
    stored = [await datasets.add("a.csv", Sent(b"x" * 10_000)) for _ in range(2)]
    with pytest.raises(PayloadTooLarge, match="Delete data sets"):
        await datasets.add("a.csv", Sent(b"x" * 10_000))
    await datasets.delete(stored[0].id)
    await datasets.add("a.csv", Sent(b"x" * 10_000))


async def test_an_upload_that_breaks_off_leaves_nothing(datasets: Datasets, folder: Path) -> None:
    with pytest.raises(ConnectionResetError):
        await datasets.add("a.csv", Sent(CSV, failure=ConnectionResetError("gone")))
    assert files_below(folder) == set()


async def test_a_disk_that_takes_nothing_more_is_told_and_leaves_nothing(
    datasets: Datasets, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("octopus.features.datasets.incoming.os.write", full)
    with pytest.raises(StorageUnavailable, match="No space left"):
        await datasets.add("a.csv", Sent(CSV))
    monkeypatch.undo()
    assert files_below(folder) == set()


async def test_an_upload_that_is_cancelled_leaves_nothing(datasets: Datasets, folder: Path) -> None:
    class Endless:
        reading = asyncio.Event()

        async def read(self, size: int) -> bytes:
            self.reading.set()
            await asyncio.Event().wait()
            return b""

    upload = Endless()
    adding = asyncio.create_task(datasets.add("a.csv", upload))
    await upload.reading.wait()
    adding.cancel()
    await asyncio.gather(adding, return_exceptions=True)
    assert files_below(folder) == set()


async def test_what_a_crash_left_of_an_upload_is_removed_at_the_next_start(datasets: Datasets, folder: Path) -> None:
    kept = await datasets.add("a.csv", Sent(CSV))
    (folder / ".incoming" / "half-0123456789abcdef.csv").write_bytes(CSV)
    Datasets(folder).prepare()
    assert files_below(folder) == {kept.id, f".about/{kept.id}.json"}


@pytest.mark.parametrize("name", CORPUS)
async def test_no_name_leads_out_of_the_folder(datasets: Datasets, folder: Path, name: str) -> None:
    canary = folder.parent / "canary.csv"
    canary.write_text("precious")
    dataset = await datasets.add(f"{name}x.csv", Sent(CSV))
    assert files_below(folder.parent) == {
        "canary.csv",
        f"datasets/{dataset.id}",
        f"datasets/.about/{dataset.id}.json",
    }
    assert canary.read_text() == "precious"


@pytest.mark.parametrize("dataset_id", [*CORPUS, "../canary.csv", "a-0123456789abcdef.csv", ".about"])
async def test_only_what_was_stored_is_deleted(datasets: Datasets, folder: Path, dataset_id: str) -> None:
    (folder.parent / "canary.csv").write_text("precious")
    (folder.parent / "canary").write_text("precious")
    with pytest.raises(NotFound):
        await datasets.delete(dataset_id)
    assert files_below(folder.parent) == {"canary", "canary.csv"}


async def test_a_link_in_an_uploads_place_is_not_followed(
    datasets: Datasets, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = folder.parent / "canary"
    canary.write_text("precious")
    name = "a-0123456789abcdef.csv"
    monkeypatch.setattr("octopus.features.datasets.datasets.stored_name", lambda _name, _ending: name)
    (folder / ".incoming" / name).symlink_to(canary)
    with pytest.raises(StorageUnavailable):
        await datasets.add("a.csv", Sent(CSV))
    assert canary.read_text() == "precious"


async def test_a_deleted_one_is_gone(datasets: Datasets, folder: Path) -> None:
    dataset = await datasets.add("a.csv", Sent(CSV))
    await datasets.delete(dataset.id)
    assert ((await datasets.list()).items, files_below(folder)) == ((), set())
    with pytest.raises(NotFound):
        await datasets.delete(dataset.id)


async def test_the_list_is_newest_first_and_comes_in_pages(datasets: Datasets) -> None:
    for n in range(5):
        await datasets.add(f"d{n}.csv", Sent(CSV))
    first = await datasets.list(limit=3)
    rest = await datasets.list(limit=3, cursor=first.next_cursor)
    assert [one.name for one in (*first.items, *rest.items)] == [f"d{n}.csv" for n in (4, 3, 2, 1, 0)]
    assert rest.next_cursor is None


async def test_a_file_removed_by_hand_is_not_listed(datasets: Datasets, folder: Path) -> None:
    dataset = await datasets.add("a.csv", Sent(CSV))
    (folder / dataset.id).unlink()
    assert (await datasets.list()).items == ()


async def test_a_damaged_description_is_told_by_name(datasets: Datasets, folder: Path) -> None:
    dataset = await datasets.add("a.csv", Sent(CSV))
    (folder / ".about" / f"{dataset.id}.json").write_text(json.dumps({"id": 1}))
    with pytest.raises(StorageUnavailable, match=dataset.id):
        await datasets.list()


async def test_limits_and_cursors_that_cannot_be_are_refused(datasets: Datasets) -> None:
    for call in (datasets.list(limit=0), datasets.list(cursor="garbage")):
        with pytest.raises(InvalidRequest):
            await call
