"""What every Tracking promises; MLflow behind its worker process and the fake alike. One worker serves all tests here:
it takes seconds to start."""

import json
import os
from collections.abc import AsyncIterator
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest

from octopus.bootstrap.database_url import mlflow_url
from octopus.domain.errors import NotFound
from octopus.domain.event import ArtifactRef
from octopus.domain.tracking import RUN_TAG, NewRun, OutputSpec, TrackedRun, Tracking
from octopus.tracking.client import TrackingClient
from tests.fakes.tracking import InMemoryTracking
from tests.support.mlflow_store import MlflowStore

pytestmark = pytest.mark.anyio

_numbers = count()


class Subject:
    """A Tracking and a way to look behind it."""

    def __init__(self, tracking: Tracking, folder: Path) -> None:
        self.tracking = tracking
        self._folder = folder

    async def a_run(self, **changes: object) -> TrackedRun:
        new = NewRun(key=f"key-{next(_numbers)}", experiment="Iris", name="train")
        return await self.tracking.create_run(new.model_copy(update=changes))

    def status(self, run_id: str) -> str:
        if isinstance(self.tracking, InMemoryTracking):
            return self.tracking.runs[run_id].status
        return MlflowStore(self._folder / "mlflow.db").run(run_id).status


@pytest.fixture(scope="module", params=["mlflow", "fake"])
async def subject(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Subject]:
    folder = tmp_path_factory.mktemp("tracking with space, # and 100%25?")
    if request.param == "fake":
        yield Subject(InMemoryTracking(folder / "artifacts"), folder)
        return
    client = TrackingClient(
        tracking_uri=mlflow_url(folder / "mlflow.db"),
        artifact_root=folder / "artifacts",
        state_dir=folder / "state",
        environment=os.environ,
    )
    await client.start()
    yield Subject(client, folder)
    await client.stop()


def outputs_of(run: TrackedRun, **files: str) -> Path:
    """OCTOPUS_OUTPUTS with these files: `__` stands for a dot."""
    assert run.artifact_dir is not None
    folder = Path(run.artifact_dir, "out")
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return folder


def content(path: str) -> str:
    return Path(path).read_text("utf-8")


PLAIN = OutputSpec(name="data", branch=False)


async def test_a_new_run_is_open_and_has_a_folder_for_its_artifacts(subject: Subject) -> None:
    run = await subject.a_run(params={"x": "1"}, tags={"a": "b"})
    assert subject.status(run.run_id) == "RUNNING"
    assert run.artifact_dir is not None
    assert Path(run.artifact_dir).is_absolute()


async def test_a_run_that_an_earlier_server_may_have_made_is_found_by_its_key(subject: Subject) -> None:
    new = NewRun(key="of an earlier server", experiment="Iris", name="train")
    run = await subject.tracking.create_run(new)
    again = new.model_copy(update={"may_exist": True})
    assert await subject.tracking.create_run(again) == run
    fresh = again.model_copy(update={"key": "of nobody"})
    assert (await subject.tracking.create_run(fresh)).run_id != run.run_id


async def test_asking_again_with_the_same_key_after_an_answer_was_lost_makes_no_second_run(subject: Subject) -> None:
    new = NewRun(key="the same", experiment="Iris", name="train")
    run = await subject.tracking.create_run(new)
    if isinstance(subject.tracking, TrackingClient):
        subject.tracking._unsure.add(new.key)
    assert await subject.tracking.create_run(new) == run


@pytest.mark.parametrize("status", ["FINISHED", "FAILED", "KILLED"])
async def test_a_run_is_closed_with_its_status_and_closing_again_is_harmless(subject: Subject, status: str) -> None:
    run = await subject.a_run()
    await subject.tracking.close_run(run.run_id, status)  # type: ignore[arg-type]
    await subject.tracking.close_run(run.run_id, status)  # type: ignore[arg-type]
    assert subject.status(run.run_id) == status


async def test_a_cancelled_run_that_mlflow_took_for_finished_ends_killed(subject: Subject) -> None:
    run = await subject.a_run()
    await subject.tracking.close_run(run.run_id, "FINISHED")
    await subject.tracking.close_run(run.run_id, "KILLED")
    assert subject.status(run.run_id) == "KILLED"


async def test_all_open_runs_of_one_octopus_run_are_closed_and_no_others(subject: Subject) -> None:
    mine = [await subject.a_run(tags={RUN_TAG: "mine"}) for _ in range(2)]
    done, other = await subject.a_run(tags={RUN_TAG: "mine"}), await subject.a_run(tags={RUN_TAG: "other"})
    await subject.tracking.close_run(done.run_id, "FINISHED")
    await subject.tracking.close_open_runs("mine", "FAILED")
    assert [subject.status(run.run_id) for run in [*mine, done, other]] == ["FAILED", "FAILED", "FINISHED", "RUNNING"]


async def test_a_file_named_like_a_port_becomes_its_artifact(subject: Subject) -> None:
    run = await subject.a_run()
    folder = outputs_of(run, data__csv="a\n1\n")
    collected = await subject.tracking.collect(run.run_id, str(folder), (PLAIN,))
    assert collected.fault is None
    assert collected.emitted == ("data",)
    assert collected.artifacts == (
        ArtifactRef(
            port="data",
            path="out/data.csv",
            digest="sha256:" + sha256(b"a\n1\n").hexdigest(),
            size_bytes=4,
            format="csv",
        ),
    )
    manifest = json.loads((folder / "_manifest.json").read_text())
    assert manifest["ports"]["data"]["digest"] == collected.artifacts[0].digest


async def test_equal_content_has_an_equal_digest_whatever_its_name(subject: Subject) -> None:
    digests = []
    for name in ("data__csv", "data__txt", "data"):
        run = await subject.a_run()
        folder = outputs_of(run, **{name: "same"})
        digests.append((await subject.tracking.collect(run.run_id, str(folder), (PLAIN,))).artifacts[0].digest)
    assert len(set(digests)) == 1


async def test_a_port_that_was_not_written_is_a_bare_signal_unless_it_is_a_branch(subject: Subject) -> None:
    run = await subject.a_run()
    folder = outputs_of(run, yes="chosen")
    specs = (PLAIN, OutputSpec(name="yes", branch=True), OutputSpec(name="no", branch=True))
    collected = await subject.tracking.collect(run.run_id, str(folder), specs)
    assert collected.emitted == ("data", "yes")
    assert [(ref.path, ref.size_bytes) for ref in collected.artifacts] == [("out/data", 0), ("out/yes", 6)]
    assert (folder / "data").read_text() == ""


async def test_a_chosen_port_that_passes_an_input_on_is_a_reference_to_it(subject: Subject) -> None:
    run = await subject.a_run()
    folder = outputs_of(run, yes="")
    value = ArtifactRef(port="model", path="out/model", digest="sha256:1", size_bytes=9, uri="file:///there/model")
    spec = OutputSpec(name="yes", branch=True, passed=value)
    collected = await subject.tracking.collect(run.run_id, str(folder), (spec,))
    assert collected.artifacts == (value.model_copy(update={"port": "yes", "path": "out/yes"}),)


async def test_two_files_for_one_port_are_a_fault(subject: Subject) -> None:
    run = await subject.a_run()
    folder = outputs_of(run, data__csv="1", data__parquet="2")
    collected = await subject.tracking.collect(run.run_id, str(folder), (PLAIN,))
    assert collected.emitted == ()
    assert "data was written twice" in (collected.fault or "")


async def test_a_file_whose_name_is_no_text_is_a_fault_as_a_value_and_else_not_told_of(subject: Subject) -> None:
    run = await subject.a_run()
    folder = outputs_of(run, data__csv="1")
    (folder / "note.\udcff").touch()
    collected = await subject.tracking.collect(run.run_id, str(folder), (PLAIN,))
    assert [ref.path for ref in collected.artifacts] == ["out/data.csv"]
    (folder / "data.csv").rename(folder / "data.\udcff")
    assert "is no UTF-8" in ((await subject.tracking.collect(run.run_id, str(folder), (PLAIN,))).fault or "")


async def test_extra_metrics_are_taken_from_their_file(subject: Subject) -> None:
    run = await subject.a_run()
    folder = outputs_of(run, _metrics__json='{"accuracy": 0.92, "rows": 3}')
    collected = await subject.tracking.collect(run.run_id, str(folder), ())
    assert collected.metrics == {"accuracy": 0.92, "rows": 3}


async def test_an_attempt_that_did_not_succeed_keeps_its_metrics_but_emits_nothing(subject: Subject) -> None:
    run = await subject.a_run()
    folder = outputs_of(run, data__csv="half", _metrics__json='{"rows": 3}')
    collected = await subject.tracking.collect(run.run_id, str(folder), (PLAIN,), complete=False)
    assert (collected.emitted, collected.fault, collected.metrics) == ((), None, {"rows": 3})
    assert not [ref for ref in collected.artifacts if ref.port is not None]
    assert not (folder / "_manifest.json").exists()


async def test_collecting_twice_answers_the_same(subject: Subject) -> None:
    run = await subject.a_run()
    folder = outputs_of(run, data__csv="a\n1\n", _metrics__json='{"rows": 1}')
    first = await subject.tracking.collect(run.run_id, str(folder), (PLAIN,))
    assert await subject.tracking.collect(run.run_id, str(folder), (PLAIN,)) == first


async def test_texts_become_artifacts_and_logging_them_again_replaces_them(subject: Subject) -> None:
    run = await subject.a_run()
    await subject.tracking.log_texts(run.run_id, {"octopus/plan.json": "old", "octopus/a/document.json": "{}"})
    await subject.tracking.log_texts(run.run_id, {"octopus/plan.json": "ä 🐙"})
    paths = [file.path for file in await subject.tracking.list_artifacts(run.run_id)]
    assert paths == ["octopus/a/document.json", "octopus/plan.json"]
    assert content(await subject.tracking.fetch_artifact(run.run_id, "octopus/plan.json")) == "ä 🐙"
    with pytest.raises(NotFound):
        await subject.tracking.log_texts("0" * 32, {"a": "b"})


async def test_artifacts_are_listed_and_fetched_by_their_path(subject: Subject) -> None:
    run = await subject.a_run()
    outputs_of(run, data__csv="a\n1\n")
    assert [(file.path, file.size_bytes) for file in await subject.tracking.list_artifacts(run.run_id)] == [
        ("out/data.csv", 4)
    ]
    assert content(await subject.tracking.fetch_artifact(run.run_id, "out/data.csv")) == "a\n1\n"


@pytest.mark.parametrize("path", ["nosuch", "../../secret", "/etc/passwd", "out/link", "", ".", "out/../../secret"])
async def test_an_artifact_path_never_leads_out_of_the_runs_artifacts(subject: Subject, path: str) -> None:
    run = await subject.a_run()
    folder = outputs_of(run, data__csv="1")
    assert run.artifact_dir is not None
    (Path(run.artifact_dir).parent / "secret").write_text("secret")
    (folder / "link").symlink_to("/etc/passwd")
    with pytest.raises(NotFound):
        await subject.tracking.fetch_artifact(run.run_id, path)


async def test_a_run_that_mlflow_does_not_know_is_not_found(subject: Subject) -> None:
    with pytest.raises(NotFound):
        await subject.tracking.close_run("0" * 32, "FINISHED")
    with pytest.raises(NotFound):
        await subject.tracking.list_artifacts("0" * 32)


async def test_a_run_has_a_page_in_mlflows_own_interface(subject: Subject) -> None:
    assert await subject.tracking.run_url("1", "abc") == "/mlflow/#/experiments/1/runs/abc"
