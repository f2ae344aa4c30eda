"""What every RunStore promises; the database's and the fake's alike."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from octopus.domain.errors import Conflict, NotFound
from octopus.domain.run import Idempotency, Scope
from octopus.domain.status import RunStatus
from octopus.execution.ports import RunStore
from octopus.store.database import Database
from octopus.store.runs import SqlRunStore
from tests.fakes.run_store import InMemoryRunStore
from tests.support.runs import AT, QUEUED, a_document, a_record, events_of

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["database", "fake"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunStore]:
    if request.param == "fake":
        yield InMemoryRunStore()
        return
    database = Database.open(tmp_path / "octopus.db")
    yield SqlRunStore(database)
    database.close()


async def test_a_created_run_is_read_back_as_it_was(store: RunStore) -> None:
    run = a_record(
        pipeline_id="p",
        pipeline_version=3,
        document=a_document(steps=2),
        plan='{"steps": []}',
        parameters={"a": [1, None]},
        profile="prod",
        scope=Scope(mode="failed", of_run="r0"),
        force=True,
        backend="cold",
    )
    assert await store.create_run(run, events_of("r1", QUEUED), None) == (run, True)
    assert await store.get_run("r1") == run
    assert await store.events("r1") == events_of("r1", QUEUED)


async def test_an_unknown_run_is_none_and_has_no_events(store: RunStore) -> None:
    assert await store.get_run("nobody") is None
    assert await store.events("nobody") == []


async def test_the_same_key_and_body_answer_the_first_run(store: RunStore) -> None:
    key = Idempotency(key="k", body_digest="d")
    first, _ = await store.create_run(a_record("r1"), events_of("r1", QUEUED), key)
    assert await store.create_run(a_record("r2"), events_of("r2", QUEUED), key) == (first, False)
    assert await store.get_run("r2") is None


async def test_the_answer_to_a_repeated_key_is_the_run_as_it_is_now(store: RunStore) -> None:
    key = Idempotency(key="k", body_digest="d")
    await store.create_run(a_record("r1"), events_of("r1", QUEUED), key)
    await store.append("r1", events_of("r1", "run.started", after=1))
    repeated, _ = await store.create_run(a_record("r2"), events_of("r2", QUEUED), key)
    assert (repeated.id, repeated.status) == ("r1", RunStatus.RUNNING)


async def test_the_same_key_with_another_body_is_a_conflict_and_stores_nothing(store: RunStore) -> None:
    await store.create_run(a_record("r1"), events_of("r1", QUEUED), Idempotency(key="k", body_digest="d"))
    with pytest.raises(Conflict) as refusal:
        await store.create_run(a_record("r2"), events_of("r2", QUEUED), Idempotency(key="k", body_digest="other"))
    assert refusal.value.code == "idempotency_key_reused"
    assert await store.get_run("r2") is None


async def test_twenty_parallel_starts_with_one_key_make_one_run(store: RunStore) -> None:
    key = Idempotency(key="k", body_digest="d")
    answers = await asyncio.gather(
        *(store.create_run(a_record(f"r{n}"), events_of(f"r{n}", QUEUED), key) for n in range(20))
    )
    assert len({record.id for record, _ in answers}) == 1
    assert sorted(created for _, created in answers) == [False] * 19 + [True]
    assert len(await store.unfinished_runs()) == 1


async def test_the_record_follows_the_events(store: RunStore) -> None:
    await store.create_run(a_record(), events_of("r1", QUEUED), None)
    await store.append("r1", events_of("r1", "run.started", "run.cancelling", after=1))
    running = await store.get_run("r1")
    await store.append("r1", events_of("r1", {"kind": "run.cancelled", "reason": "asked to"}, after=3))
    ended = await store.get_run("r1")
    assert running == a_record(status=RunStatus.CANCELLING, started_at=AT)
    assert ended == a_record(status=RunStatus.CANCELLED, started_at=AT, ended_at=AT, reason="asked to")


async def test_events_are_answered_in_order_after_a_seq_and_up_to_a_limit(store: RunStore) -> None:
    await store.create_run(a_record(), events_of("r1", QUEUED), None)
    steps = [{"kind": "step.queued", "step_id": f"s{n}"} for n in range(9)]
    await store.append("r1", events_of("r1", *steps, after=1))
    assert [event.seq for event in await store.events("r1", after=4)] == [5, 6, 7, 8, 9, 10]
    assert [event.seq for event in await store.events("r1", after=4, limit=2)] == [5, 6]
    assert await store.events("r1", after=10) == []


@pytest.mark.parametrize("after", [0, 2])
async def test_events_that_do_not_continue_the_seq_are_refused_and_leave_nothing(store: RunStore, after: int) -> None:
    await store.create_run(a_record(), events_of("r1", QUEUED), None)
    with pytest.raises(Conflict):
        await store.append("r1", events_of("r1", "run.started", after=after))
    assert (await store.events("r1"), await store.get_run("r1")) == (events_of("r1", QUEUED), a_record())


async def test_events_of_another_run_are_refused(store: RunStore) -> None:
    await store.create_run(a_record(), events_of("r1", QUEUED), None)
    with pytest.raises(Conflict):
        await store.append("r1", events_of("r2", "run.started", after=1))


async def test_nothing_follows_a_runs_last_event(store: RunStore) -> None:
    await store.create_run(a_record(), events_of("r1", QUEUED, "run.succeeded"), None)
    with pytest.raises(Conflict):
        await store.append("r1", events_of("r1", "run.started", after=2))


async def test_events_for_an_unknown_run_are_refused(store: RunStore) -> None:
    with pytest.raises(NotFound):
        await store.append("nobody", events_of("nobody", "run.started"))


async def test_appending_nothing_changes_nothing(store: RunStore) -> None:
    await store.create_run(a_record(), events_of("r1", QUEUED), None)
    await store.append("r1", [])
    assert await store.events("r1") == events_of("r1", QUEUED)


async def test_unfinished_runs_come_in_the_order_they_were_queued(store: RunStore) -> None:
    for run_id in ("c", "a", "b", "d"):
        await store.create_run(a_record(run_id), events_of(run_id, QUEUED), None)
    await store.append("b", events_of("b", {"kind": "run.failed", "reason": "x"}, after=1))
    assert [run.id for run in await store.unfinished_runs()] == ["c", "a", "d"]
