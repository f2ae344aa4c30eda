"""What the database's run store can beside the port: lists, deletion, and staying true over a restart."""

import asyncio
from pathlib import Path

import pytest

from octopus.domain.errors import Conflict, InvalidRequest, NotFound
from octopus.domain.run import Idempotency, RunSummary
from octopus.domain.status import RunStatus
from octopus.store.database import Database
from octopus.store.pipelines import SqlPipelineStore
from octopus.store.runs import SqlRunStore
from tests.support.runs import AT, QUEUED, a_document, a_record, events_of

pytestmark = pytest.mark.anyio


@pytest.fixture
def store(database: Database) -> SqlRunStore:
    return SqlRunStore(database)


async def test_a_list_entry_says_everything_but_the_document(store: SqlRunStore) -> None:
    await store.create_run(a_record(pipeline_id="p", document=a_document(steps=4)), events_of("r1", QUEUED), None)
    started = {"kind": "run.started", "mlflow_run_id": "m1", "mlflow_experiment_id": "7"}
    await store.append("r1", events_of("r1", started, after=1))
    assert (await store.list_runs()).items == (
        RunSummary(
            id="r1",
            pipeline_id="p",
            pipeline_version=None,
            name="Iris",
            backend=None,
            status=RunStatus.RUNNING,
            reason="",
            step_count=4,
            queued_at=AT,
            started_at=AT,
            ended_at=None,
            mlflow_run_id="m1",
            mlflow_experiment_id="7",
            last_seq=2,
        ),
    )


async def test_runs_are_listed_newest_first_in_pages(store: SqlRunStore) -> None:
    for n in range(5):
        await store.create_run(a_record(f"r{n}"), events_of(f"r{n}", QUEUED), None)
    first = await store.list_runs(limit=3)
    rest = await store.list_runs(limit=3, cursor=first.next_cursor)
    assert [run.id for run in (*first.items, *rest.items)] == ["r4", "r3", "r2", "r1", "r0"]
    assert rest.next_cursor is None


async def test_runs_are_filtered_by_pipeline_and_status(store: SqlRunStore) -> None:
    for n, pipeline in enumerate("aab"):
        await store.create_run(a_record(f"r{n}", pipeline_id=pipeline), events_of(f"r{n}", QUEUED), None)
    await store.append("r0", events_of("r0", "run.succeeded", after=1))
    assert [run.id for run in (await store.list_runs(pipeline_id="a")).items] == ["r1", "r0"]
    assert [run.id for run in (await store.list_runs(status=RunStatus.QUEUED)).items] == ["r2", "r1"]
    found = await store.list_runs(pipeline_id="a", status=RunStatus.SUCCEEDED)
    assert [run.id for run in found.items] == ["r0"]


async def test_limits_and_cursors_that_cannot_be_are_refused(store: SqlRunStore) -> None:
    for call in (store.list_runs(limit=0), store.list_runs(cursor="garbage")):
        with pytest.raises(InvalidRequest):
            await call


async def test_a_deleted_run_takes_its_events_and_its_key_with_it(store: SqlRunStore) -> None:
    key = Idempotency(key="k", body_digest="d")
    await store.create_run(a_record(), events_of("r1", QUEUED, "run.succeeded"), key)
    await store.delete_run("r1")
    assert (await store.get_run("r1"), await store.events("r1")) == (None, [])
    assert (await store.create_run(a_record("r2"), events_of("r2", QUEUED), key))[1] is True


async def test_a_run_that_is_not_over_cannot_be_deleted(store: SqlRunStore) -> None:
    await store.create_run(a_record(), events_of("r1", QUEUED), None)
    with pytest.raises(Conflict, match="queued"):
        await store.delete_run("r1")
    assert await store.get_run("r1") is not None


async def test_deleting_an_unknown_run_is_not_found(store: SqlRunStore) -> None:
    with pytest.raises(NotFound):
        await store.delete_run("nobody")


async def test_a_run_outlives_its_pipeline(database: Database, store: SqlRunStore) -> None:
    pipelines = SqlPipelineStore(database)
    pipeline = await pipelines.create(a_document())
    run = a_record(pipeline_id=pipeline.id, pipeline_version=1)
    await store.create_run(run, events_of("r1", QUEUED), None)
    await pipelines.delete(pipeline.id, 1)
    assert await store.get_run("r1") == run


async def test_a_run_whose_first_events_are_refused_is_not_stored(store: SqlRunStore) -> None:
    with pytest.raises(Conflict):
        await store.create_run(a_record(), events_of("r1", QUEUED, after=5), Idempotency(key="k", body_digest="d"))
    assert await store.get_run("r1") is None
    assert (await store.create_run(a_record(), events_of("r1", QUEUED), Idempotency(key="k", body_digest="d")))[1]


async def test_what_was_acknowledged_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "octopus.db"
    database = Database.open(path)
    await SqlRunStore(database).create_run(a_record(), events_of("r1", QUEUED, "run.started"), None)
    database.close()
    database = Database.open(path)
    assert await SqlRunStore(database).events("r1") == events_of("r1", QUEUED, "run.started")
    database.close()


async def test_many_runs_append_at_once_without_mixing(store: SqlRunStore) -> None:
    runs = [f"r{n}" for n in range(8)]
    for run_id in runs:
        await store.create_run(a_record(run_id), events_of(run_id, QUEUED), None)

    async def append_many(run_id: str) -> None:
        for seq in range(1, 20):
            await store.append(run_id, events_of(run_id, {"kind": "step.queued", "step_id": "a"}, after=seq))

    await asyncio.gather(*map(append_many, runs))
    for run_id in runs:
        assert [(event.run_id, event.seq) for event in await store.events(run_id)] == [
            (run_id, seq) for seq in range(1, 21)
        ]
