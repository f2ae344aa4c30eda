"""Saved pipelines: every save is a version, and nobody overwrites what he has not seen."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from octopus.domain.base import NAME_LIMIT
from octopus.domain.errors import InvalidRequest, NotFound, StaleVersion
from octopus.store.database import Database
from octopus.store.pipelines import SqlPipelineStore
from tests.support.runs import a_document

pytestmark = pytest.mark.anyio


class Clock:
    """One second later at every look."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def store(database: Database) -> SqlPipelineStore:
    return SqlPipelineStore(database, Clock())


async def test_a_new_pipeline_has_version_1_and_is_read_back_as_it_was(store: SqlPipelineStore) -> None:
    document = a_document("Iris", steps=3)
    created = await store.create(document)
    assert (created.name, created.version, created.document) == ("Iris", 1, document)
    assert created.created_at == created.updated_at or created.created_at < created.updated_at
    assert await store.get(created.id) == created


async def test_a_save_makes_the_next_version(store: SqlPipelineStore) -> None:
    created = await store.create(a_document("Iris"))
    saved = await store.save(created.id, a_document("Wine", steps=1), 1, "renamed")
    assert (saved.version, saved.name, saved.created_at) == (2, "Wine", created.created_at)
    assert saved.updated_at > created.updated_at
    assert await store.get(created.id) == saved


async def test_two_saves_of_the_same_version_end_with_one_stale(store: SqlPipelineStore) -> None:
    created = await store.create(a_document())
    answers = await asyncio.gather(
        *(store.save(created.id, a_document(f"by {who}"), 1) for who in ("a", "b")), return_exceptions=True
    )
    stale = [answer for answer in answers if isinstance(answer, StaleVersion)]
    assert len(stale) == 1
    assert "version 2" in stale[0].detail
    assert (await store.get(created.id)).version == 2


async def test_a_stale_save_or_delete_changes_nothing(store: SqlPipelineStore) -> None:
    created = await store.create(a_document())
    saved = await store.save(created.id, a_document("new"), 1)
    with pytest.raises(StaleVersion):
        await store.save(created.id, a_document("lost"), 1)
    with pytest.raises(StaleVersion):
        await store.delete(created.id, 1)
    assert await store.get(created.id) == saved
    assert len((await store.versions(created.id)).items) == 2


async def test_a_deleted_pipeline_is_gone_with_its_history(store: SqlPipelineStore) -> None:
    created = await store.create(a_document())
    await store.delete(created.id, 1)
    for call in (
        store.get(created.id),
        store.versions(created.id),
        store.version(created.id, 1),
        store.save(created.id, a_document(), 1),
        store.delete(created.id, 1),
        store.restore(created.id, 1),
        store.duplicate(created.id),
    ):
        with pytest.raises(NotFound):
            await call


async def test_the_history_is_newest_first_and_comes_in_pages(store: SqlPipelineStore) -> None:
    pipeline = await store.create(a_document(), "first")
    for version in range(1, 5):
        await store.save(pipeline.id, a_document(f"n{version}", steps=version), version)
    page = await store.versions(pipeline.id, limit=3)
    rest = await store.versions(pipeline.id, limit=3, cursor=page.next_cursor)
    assert [(entry.version, entry.step_count) for entry in page.items] == [(5, 4), (4, 3), (3, 2)]
    assert [(entry.version, entry.message) for entry in rest.items] == [(2, ""), (1, "first")]
    assert rest.next_cursor is None


async def test_an_old_version_opens_as_it_was_drawn(store: SqlPipelineStore) -> None:
    first = await store.create(a_document("first"))
    await store.save(first.id, a_document("second"), 1)
    assert (await store.version(first.id, 1)) == first


@pytest.mark.parametrize("version", [0, -1, 2, 2**63, 10**30])
async def test_a_version_that_never_was_is_not_found(store: SqlPipelineStore, version: int) -> None:
    pipeline = await store.create(a_document())
    with pytest.raises(NotFound, match="no version"):
        await store.version(pipeline.id, version)
    with pytest.raises(NotFound, match="no version"):
        await store.restore(pipeline.id, version)


async def test_restoring_adds_a_version_and_loses_none(store: SqlPipelineStore) -> None:
    first = await store.create(a_document("first"))
    second = await store.save(first.id, a_document("second"), 1)
    restored = await store.restore(first.id, 1)
    assert (restored.version, restored.document) == (3, first.document)
    assert (await store.version(first.id, 2)).document == second.document


async def test_a_duplicate_is_a_pipeline_of_its_own(store: SqlPipelineStore) -> None:
    original = await store.create(a_document("Iris", steps=2))
    copy = await store.duplicate(original.id)
    assert copy.id != original.id
    assert (copy.name, copy.document.name, copy.version) == ("Iris (copy)", "Iris (copy)", 1)
    assert copy.document.steps == original.document.steps


async def test_a_duplicate_of_the_longest_name_still_has_a_valid_name(store: SqlPipelineStore) -> None:
    original = await store.create(a_document("n" * NAME_LIMIT))
    copy = await store.duplicate(original.id)
    assert copy.name == "n" * (NAME_LIMIT - 7) + " (copy)"


async def test_the_list_is_last_saved_first_and_every_pipeline_is_on_one_page(store: SqlPipelineStore) -> None:
    made = [await store.create(a_document(f"p{n}")) for n in range(7)]
    await store.save(made[2].id, a_document("p2"), 1)
    names, cursor = [], None
    while True:
        page = await store.list_pipelines(limit=2, cursor=cursor)
        names += [pipeline.name for pipeline in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert names == ["p2", "p6", "p5", "p4", "p3", "p1", "p0"]


async def test_pipelines_saved_in_the_same_millisecond_are_not_lost_between_pages(database: Database) -> None:
    store = SqlPipelineStore(database, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    made = {(await store.create(a_document())).id for _ in range(5)}
    first = await store.list_pipelines(limit=3)
    second = await store.list_pipelines(limit=3, cursor=first.next_cursor)
    assert {pipeline.id for pipeline in (*first.items, *second.items)} == made


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("IRIS", ["Iris"]),
        ("straße", ["STRASSE"]),
        ("100%", ["100% of_it"]),
        ("%", ["100% of_it"]),
        ("_", ["100% of_it"]),
    ],
)
async def test_the_search_is_for_a_part_of_the_name_in_any_case(
    store: SqlPipelineStore, query: str, found: list[str]
) -> None:
    for name in ("Iris", "STRASSE", "100% of_it"):
        await store.create(a_document(name))
    page = await store.list_pipelines(query=query)
    assert [pipeline.name for pipeline in page.items] == found


async def test_limits_and_cursors_that_cannot_be_are_refused(store: SqlPipelineStore) -> None:
    for call in (
        store.list_pipelines(limit=0),
        store.list_pipelines(cursor="garbage"),
        store.versions("p", limit=-1),
        store.versions("p", cursor="garbage"),
    ):
        with pytest.raises(InvalidRequest):
            await call
