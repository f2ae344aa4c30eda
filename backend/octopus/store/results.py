"""SqlResults: what succeeded step runs left behind, found again by fingerprint, by step and by step run. Implements
octopus.execution.ports.Results.

A reused step run has a row of its own, with the original's result in it: so a step is known by what it last stood for,
also if another pipeline had done the work.
"""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, bindparam, func, insert, literal, or_, select, update
from sqlmodel import Session, SQLModel, col
from sqlmodel import select as select_rows

from octopus.domain import event as e
from octopus.domain.results import StepResultRecord, pipeline_key
from octopus.store.database import Database
from octopus.store.tables import RunRow, StepResultRow


def _table(row: type[SQLModel]) -> Table:
    return cast(Table, row.__table__)  # type: ignore[attr-defined]


_RESULTS, _RUNS = _table(StepResultRow).c, _table(RunRow).c
_INSERT = insert(_table(StepResultRow))
_RUN = select(_RUNS.pipeline_id, _RUNS.name).where(_RUNS.id == bindparam("id"))
_ORIGINAL = (
    select(
        _RESULTS.fingerprint,
        _RESULTS.forgotten,
        _RESULTS.record,
        func.coalesce(_RESULTS.original, _RESULTS.number).label("original"),
    )
    .where(
        _RESULTS.run_id == bindparam("run_id"),
        _RESULTS.step_id == bindparam("step_id"),
        _RESULTS.iteration == bindparam("iteration"),
    )
    .order_by(_RESULTS.number.desc())
    .limit(1)
)


class SqlResults:
    """Every method raises StorageUnavailable if the database does not answer."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def with_fingerprint(self, value: str) -> StepResultRecord | None:
        """The newest result with this fingerprint that was not forgotten."""
        return await self._newest(col(StepResultRow.fingerprint) == value, col(StepResultRow.forgotten).is_(False))

    async def latest(self, pipeline_key: str, step_id: str) -> StepResultRecord | None:
        """The newest result of that step of that pipeline, or the one that stood in for it; forgotten ones included."""
        return await self._newest(
            col(StepResultRow.pipeline_key) == pipeline_key, col(StepResultRow.step_id) == step_id
        )

    async def of_step_run(self, run_id: str, step_id: str, iteration: int) -> StepResultRecord | None:
        """The result that this very step run left, or took over; also if it was forgotten."""
        return await self._newest(
            col(StepResultRow.run_id) == run_id,
            col(StepResultRow.step_id) == step_id,
            col(StepResultRow.iteration) == iteration,
        )

    async def forget(self, pipeline_key: str, step_id: str, fingerprint: str | None = None) -> int:
        """Reuse no earlier result of this step any more, none with this `fingerprint`, nor an equal one of another
        step: the next run executes it. Answers how many results there were."""

        def work(session: Session) -> int:
            return _forget(session.connection(), pipeline_key, step_id, fingerprint)

        return await self._database.write(work)

    async def _newest(self, *conditions: ColumnElement[bool]) -> StepResultRecord | None:
        query = select_rows(StepResultRow.record).where(*conditions).order_by(col(StepResultRow.number).desc()).limit(1)
        record = await self._database.read(lambda session: session.exec(query).first())
        return None if record is None else StepResultRecord.model_validate_json(record)


def keep_results(
    connection: Connection, run_id: str, events: Sequence[e.Event], results: Sequence[StepResultRecord]
) -> None:
    """Store `results`, and for every reused step run among `events` that it stands on an earlier one, in the
    transaction of the caller."""
    rows = [_row_of(result) for result in results]
    reused = [event for event in events if isinstance(event, e.StepReused)]
    if reused:
        run = connection.execute(_RUN, {"id": run_id}).one()
        key = pipeline_key(run.pipeline_id, run.name)
        rows += [row for event in reused if (row := _standing_in(connection, key, event)) is not None]
    if rows:
        connection.execute(_INSERT, rows)


def _row_of(result: StepResultRecord) -> dict[str, object]:
    return {
        "fingerprint": result.fingerprint.value,
        "pipeline_key": result.pipeline_key,
        "run_id": result.run_id,
        "step_id": result.step_id,
        "iteration": result.iteration,
        "original": None,
        "forgotten": False,
        "record": result.model_dump_json(),
    }


def _standing_in(connection: Connection, key: str, event: e.StepReused) -> dict[str, object] | None:
    origin = {"run_id": event.from_run, "step_id": event.from_step, "iteration": event.from_iteration}
    found = connection.execute(_ORIGINAL, origin).mappings().one_or_none()
    if found is None:
        return None
    place = {"run_id": event.run_id, "step_id": event.step_id, "iteration": event.iteration}
    return {**found, **place, "pipeline_key": key}


def _forget(connection: Connection, key: str, step_id: str, fingerprint: str | None) -> int:
    of_step = (
        select(_RESULTS.fingerprint)
        .where(_RESULTS.pipeline_key == key, _RESULTS.step_id == step_id, _RESULTS.fingerprint.is_not(None))
        .distinct()
    )
    meant = or_(_RESULTS.fingerprint.in_(of_step), _RESULTS.fingerprint == fingerprint)
    equal = (meant, _RESULTS.fingerprint.is_not(None), _RESULTS.forgotten.is_(False))
    originals = func.count(func.coalesce(_RESULTS.original, _RESULTS.number).distinct())
    count = connection.execute(select(originals).where(*equal)).scalar_one()
    connection.execute(update(_table(StepResultRow)).where(*equal).values(forgotten=literal(True)))
    return int(count)
