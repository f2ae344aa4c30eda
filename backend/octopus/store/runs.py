"""SqlRunStore: runs and their events in the database. Implements octopus.execution.ports.RunStore."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import delete
from sqlmodel import Session, col, select

from octopus.domain import event as e
from octopus.domain.errors import Conflict, NotFound
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.results import StepResultRecord
from octopus.domain.run import Idempotency, RunRecord, RunSummary, Scope
from octopus.domain.status import RunStatus
from octopus.store.database import Database
from octopus.store.page import Page, check_limit, decode_cursor, encode_cursor
from octopus.store.results import keep_results
from octopus.store.run_events import append_events
from octopus.store.tables import EventRow, IdempotencyKeyRow, RunRow

PARAMETERS: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])
LIVE = tuple(status.value for status in RunStatus if not status.is_terminal)


class SqlRunStore:
    """Every method raises StorageUnavailable if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create_run(
        self, run: RunRecord, first: Sequence[e.Event], idempotency: Idempotency | None
    ) -> tuple[RunRecord, bool]:
        """Store a run with its first events. Answers (record, True), or (the earlier record, False) if the key was used
        with the same body; raises Conflict if it was used with another body."""

        def work(session: Session) -> tuple[RunRecord, bool]:
            if idempotency is not None and (earlier := _earlier(session, idempotency)) is not None:
                return earlier, False
            session.add(_row_of(run))
            session.flush()
            if idempotency is not None:
                session.add(
                    IdempotencyKeyRow(
                        key=idempotency.key,
                        body_digest=idempotency.body_digest,
                        run_id=run.id,
                        created_at=run.queued_at,
                    )
                )
            append_events(session.connection(), run.id, first)
            return _record_of(_row(session, run.id)), True

        return await self._database.write(work)

    async def started_with(self, idempotency: Idempotency) -> RunRecord | None:
        """The run that was started with this key and body, None if there is none; raises Conflict if the key came with
        another body."""
        return await self._database.read(lambda session: _earlier(session, idempotency))

    async def append(self, run_id: str, events: Sequence[e.Event], results: Sequence[StepResultRecord] = ()) -> None:
        """Commit `events`, which continue the run's seq without a gap, together with the `results` of the steps that
        succeed with them; raises Conflict if they do not continue it, or if the run has ended, and NotFound for an
        unknown run."""

        def work(session: Session) -> None:
            append_events(session.connection(), run_id, events)
            keep_results(session.connection(), run_id, events, results)

        if events:
            await self._database.write(work)

    async def get_run(self, run_id: str) -> RunRecord | None:
        def work(session: Session) -> RunRecord | None:
            row = _find(session, run_id)
            return None if row is None else _record_of(row)

        return await self._database.read(work)

    async def events(self, run_id: str, after: int = 0, limit: int | None = None) -> list[e.Event]:
        """Events with seq > `after`, in order; an empty list for an unknown run."""

        def work(session: Session) -> Sequence[str]:
            query = select(EventRow.payload).where(EventRow.run_id == run_id, EventRow.seq > after)
            return session.exec(query.order_by(col(EventRow.seq)).limit(limit)).all()

        return [e.EVENT.validate_json(payload) for payload in await self._database.read(work)]

    async def unfinished_runs(self) -> list[RunRecord]:
        """Runs that have not ended, in the order they were queued."""

        def work(session: Session) -> list[RunRecord]:
            query = select(RunRow).where(col(RunRow.status).in_(LIVE)).order_by(col(RunRow.number))
            return [_record_of(row) for row in session.exec(query)]

        return await self._database.read(work)

    async def list_runs(
        self,
        *,
        pipeline_id: str | None = None,
        status: RunStatus | None = None,
        limit: int = 50,
        cursor: str | None = None,
    ) -> Page[RunSummary]:
        """Newest first. Raises InvalidRequest for a limit or cursor that cannot be."""
        query = select(*_SUMMARY_COLUMNS).order_by(col(RunRow.number).desc()).limit(check_limit(limit) + 1)
        if pipeline_id is not None:
            query = query.where(RunRow.pipeline_id == pipeline_id)
        if status is not None:
            query = query.where(RunRow.status == status.value)
        if cursor is not None:
            query = query.where(col(RunRow.number) < decode_cursor(cursor, (int,))[0])

        def work(session: Session) -> Page[RunSummary]:
            rows = session.execute(query).mappings().all()
            more = encode_cursor([rows[limit - 1]["number"]]) if len(rows) > limit else None
            return Page(tuple(_summary_of(dict(row)) for row in rows[:limit]), more)

        return await self._database.read(work)

    async def delete_run(self, run_id: str) -> None:
        """Forget a run that has ended, with its events. Its results stay and can be reused: MLflow keeps what they are
        made of. Raises NotFound, or Conflict while it is not over."""

        def work(session: Session) -> None:
            row = _row(session, run_id)
            if row.status in LIVE:
                raise Conflict(f"Run {run_id} is {row.status}. Cancel it and wait for its end before deleting it.")
            session.execute(delete(RunRow).where(col(RunRow.id) == run_id))

        await self._database.write(work)


def _earlier(session: Session, idempotency: Idempotency) -> RunRecord | None:
    known = session.get(IdempotencyKeyRow, idempotency.key)
    if known is None:
        return None
    if known.body_digest != idempotency.body_digest:
        raise Conflict(
            "This Idempotency-Key was used before with another request body. Use a new key for a new request.",
            code="idempotency_key_reused",
        )
    return _record_of(_row(session, known.run_id))


def _find(session: Session, run_id: str) -> RunRow | None:
    return session.exec(select(RunRow).where(RunRow.id == run_id)).one_or_none()


def _row(session: Session, run_id: str) -> RunRow:
    row = _find(session, run_id)
    if row is None:
        raise NotFound(f"There is no run {run_id}.")
    session.refresh(row)
    return row


def _row_of(run: RunRecord) -> RunRow:
    return RunRow(
        id=run.id,
        pipeline_id=run.pipeline_id,
        pipeline_version=run.pipeline_version,
        name=run.name,
        document=run.document.model_dump_json(),
        parameters=json.dumps(run.parameters),
        backend=run.backend,
        status=run.status.value,
        reason=run.reason,
        step_count=len(run.document.steps),
        queued_at=run.queued_at,
        started_at=run.started_at,
        ended_at=run.ended_at,
        last_seq=0,
        plan=run.plan,
        profile=run.profile,
        scope=run.scope.model_dump_json(),
        force=run.force,
    )


def _record_of(row: RunRow) -> RunRecord:
    return RunRecord(
        id=row.id,
        pipeline_id=row.pipeline_id,
        pipeline_version=row.pipeline_version,
        name=row.name,
        document=PipelineDocument.model_validate_json(row.document),
        plan=row.plan,
        parameters=PARAMETERS.validate_json(row.parameters),
        profile=row.profile,
        scope=Scope.model_validate_json(row.scope),
        force=row.force,
        backend=row.backend,
        status=RunStatus(row.status),
        reason=row.reason,
        queued_at=row.queued_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
    )


_SUMMARY_COLUMNS = [getattr(RunRow, name) for name in ("number", *RunSummary.model_fields)]


def _summary_of(row: dict[str, Any]) -> RunSummary:
    del row["number"]
    return RunSummary(**row)
