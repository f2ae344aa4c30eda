"""What a fingerprint depends on and what not; digests of content as tracking computes them."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from octopus.compiler.plan import Code, PlannedStep
from octopus.domain.pipeline import Policy
from octopus.execution.reuse.content import ContentDigests, size_bytes
from octopus.execution.reuse.data_files import DataFiles
from octopus.execution.reuse.fingerprints import Unknown, changed_parts, fingerprint
from octopus.execution.reuse.words import changed_words
from octopus.tracking.worker import digests as worker
from tests.support.drawings import plan, step

KNOWN = Code(command="sha256:c", project="sha256:p", environment="sha256:e", revision="abc")
INPUTS = {"data": ("sha256:1", "sha256:2")}


def a_step(**changes: Any) -> PlannedStep:
    planned = plan([step("join", "gather")]).steps[0]
    return replace(planned, code=KNOWN, params={"depth": 3, "name": "x"}, **changes)


def value(planned: PlannedStep, inputs: dict[str, tuple[str | None, ...]] | None = None, **data: Any) -> str | None:
    return fingerprint(planned, INPUTS if inputs is None else inputs, data).value


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "other"},
        {"title": "Other"},
        {"index": 7},
        {"policy": Policy(retries=3, timeout_s=1.0)},
        {"mode": "reuse"},
        {"code": replace(KNOWN, revision="def")},
    ],
)
def test_names_places_and_policies_are_not_in_it(changes: dict[str, Any]) -> None:
    assert value(replace(a_step(), **changes)) == value(a_step()) is not None


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"type_id": "other"}, "type"),
        ({"code": replace(KNOWN, command="sha256:x")}, "code"),
        ({"code": replace(KNOWN, project="sha256:x")}, "code"),
        ({"code": replace(KNOWN, environment="sha256:x")}, "environment"),
        ({"params": {"depth": 3.5, "name": "x"}}, "parameter:depth"),
        ({"params": {"depth": "3", "name": "x"}}, "parameter:depth"),
    ],
)
def test_everything_a_result_depends_on_is_in_it(changes: dict[str, Any], part: str) -> None:
    one, other = (fingerprint(planned, INPUTS, {}) for planned in (a_step(), replace(a_step(), **changes)))
    assert one.value != other.value
    assert changed_parts(other, one) == (part,)


def test_the_order_of_inputs_counts_and_so_do_data_files() -> None:
    values = {
        value(a_step()),
        value(a_step(), {"data": ("sha256:2", "sha256:1")}),
        value(a_step(), {"data": ()}),
        value(a_step(), INPUTS, path="sha256:d"),
    }
    assert len(values) == 4
    assert None not in values


@pytest.mark.parametrize(
    ("planned", "inputs", "data", "word"),
    [
        (a_step(), {"data": (None,)}, {}, "the content of input data is not known"),
        (a_step(), INPUTS, {"path": Unknown("too far away")}, "too far away"),
        (replace(a_step(), code=Code()), INPUTS, {}, "the environment could not be read"),
    ],
)
def test_anything_unknown_makes_all_of_it_unknown(
    planned: PlannedStep, inputs: dict[str, tuple[str | None, ...]], data: dict[str, Any], word: str
) -> None:
    found = fingerprint(planned, inputs, data)
    assert found.value is None
    assert word in found.unknown


def test_what_changed_is_told_in_words() -> None:
    changed = ("code", "parameter:depth", "parameter:rate", "input:train", "data:path")
    assert changed_words(changed) == (
        "changed since its last result: its code; parameters depth, rate; input train; data of path"
    )


class TestContent:
    def test_it_is_digested_as_tracking_does(self, tmp_path: Path) -> None:
        (tmp_path / "folder" / "deep").mkdir(parents=True)
        (tmp_path / "folder" / "b.txt").write_text("b")
        (tmp_path / "folder" / "deep" / "ä.txt").write_text("a")
        for path in (tmp_path / "folder", tmp_path / "folder" / "b.txt"):
            assert ContentDigests().of(path) == worker.digest(path)
            assert size_bytes(path) == worker.size_bytes(path)

    def test_a_folder_with_links_has_none_since_they_may_lead_anywhere(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "link").symlink_to("/etc/passwd")
        assert worker.digest(tmp_path / "folder") is None
        with pytest.raises(OSError, match="symbolic links"):
            ContentDigests().of(tmp_path / "folder")

    def test_a_file_is_read_again_only_if_it_looks_different(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "a"
        path.write_text("one")
        contents = ContentDigests()
        first = contents.of(path)
        monkeypatch.setattr("octopus.execution.reuse.content._RACY_NS", -(10**12))
        assert contents.of(path) == first
        with monkeypatch.context() as within:
            within.setattr("hashlib.file_digest", lambda *_: pytest.fail("it was read again"))
            assert contents.of(path) == first
        path.write_text("two")
        assert contents.of(path) != first

    def test_a_file_that_has_just_changed_is_not_trusted_to_look_different_next_time(self, tmp_path: Path) -> None:
        path = tmp_path / "a"
        path.write_text("one")
        contents, before = ContentDigests(), path.stat()
        first = contents.of(path)
        path.write_text("two")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert contents.of(path) != first


class TestDataFiles:
    def files(self, folder: Path, value: Any) -> str | Unknown:
        planned = replace(a_step(), params={"path": value}, data_parameters=("path",))
        place = planned.entry_point.model_copy(update={"project_dir": str(folder)})
        return DataFiles(ContentDigests(), folder / "datasets").digests(replace(planned, entry_point=place))["path"]

    def test_paths_patterns_folders_uploads_and_lists_are_digested(self, tmp_path: Path) -> None:
        (tmp_path / "datasets").mkdir()
        for name in ("a.csv", "b.csv", "datasets/c.csv"):
            (tmp_path / name).write_text(name)
        named = [
            "a.csv",
            str(tmp_path / "a.csv"),
            "*.csv",
            "datasets",
            "dataset:c.csv",
            ["a.csv", "b.csv"],
            "a.csv\nb.csv",
        ]
        found = [self.files(tmp_path, value) for value in named]
        assert all(isinstance(one, str) for one in found)
        a, absolute, pattern, folder, upload, listed, lines = found
        assert a == absolute
        assert folder == upload
        assert listed == lines
        assert len({a, pattern, folder, listed}) == 4

    @pytest.mark.parametrize(
        "value",
        ["gone.csv", "https://example.org/a.csv", "s3://bucket/a", "sqlite:////a.db", "dataset:../a.csv", "*.none", 7],
    )
    def test_what_is_no_file_here_is_unknown(self, tmp_path: Path, value: Any) -> None:
        (tmp_path / "a.csv").write_text("a")
        assert isinstance(self.files(tmp_path, value), Unknown)

    @pytest.mark.parametrize("value", ["", None, [], " \n "])
    def test_no_file_is_known(self, tmp_path: Path, value: Any) -> None:
        assert isinstance(self.files(tmp_path, value), str)

    def test_a_link_in_a_folder_is_as_good_as_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "folder").mkdir()
        for name in ("folder/a.csv", "one", "two"):
            (tmp_path / name).write_text(name)
        (tmp_path / "folder" / "current.csv").symlink_to(tmp_path / "one")
        first = self.files(tmp_path, "folder")
        (tmp_path / "folder" / "current.csv").unlink()
        (tmp_path / "folder" / "current.csv").symlink_to(tmp_path / "two")
        assert isinstance(first, str)
        assert self.files(tmp_path, "folder") not in (first, None)
        (tmp_path / "folder" / "all").symlink_to(tmp_path)
        assert isinstance(self.files(tmp_path, "folder"), Unknown)
