"""SqlPipelineStore: saved pipelines and their history. Every save is a version; none is ever changed."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import and_, delete, or_
from sqlmodel import Session, col, select

from octopus.domain.base import NAME_LIMIT, timestamp
from octopus.domain.errors import NotFound, StaleVersion
from octopus.domain.pipeline import PipelineDocument, PipelineRecord, PipelineVersion
from octopus.store.database import Database
from octopus.store.page import Page, check_limit, decode_cursor, encode_cursor
from octopus.store.tables import PipelineRow, PipelineVersionRow

COPY_SUFFIX = " (copy)"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SqlPipelineStore:
    """Every method raises StorageUnavailable if the database does not answer, and NotFound for an unknown pipeline."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _utc_now) -> None:
        self._database = database
        self._clock = clock

    async def create(self, document: PipelineDocument, message: str = "") -> PipelineRecord:
        """A new pipeline with version 1."""
        return await self._database.write(lambda session: self._create(session, document, message))

    async def get(self, pipeline_id: str) -> PipelineRecord:
        def work(session: Session) -> PipelineRecord:
            row = _row(session, pipeline_id)
            return _record_of(row, _version_row(session, pipeline_id, row.version).document)

        return await self._database.read(work)

    async def list_pipelines(
        self, *, query: str = "", limit: int = 50, cursor: str | None = None
    ) -> Page[PipelineRecord]:
        """Last saved first; `query`: part of the name, in any case. Raises InvalidRequest for a limit or cursor that
        cannot be."""
        statement = (
            select(PipelineRow, PipelineVersionRow.document)
            .join(
                PipelineVersionRow,
                and_(
                    col(PipelineVersionRow.pipeline_id) == PipelineRow.id,
                    col(PipelineVersionRow.version) == PipelineRow.version,
                ),
            )
            .order_by(col(PipelineRow.updated_at).desc(), col(PipelineRow.id).desc())
            .limit(check_limit(limit) + 1)
        )
        if query:
            statement = statement.where(col(PipelineRow.name_folded).contains(query.casefold(), autoescape=True))
        if cursor is not None:
            updated_at, pipeline_id = decode_cursor(cursor, (str, str))
            older = col(PipelineRow.updated_at) < updated_at
            same = and_(col(PipelineRow.updated_at) == updated_at, col(PipelineRow.id) < pipeline_id)
            statement = statement.where(or_(older, same))

        def work(session: Session) -> Page[PipelineRecord]:
            found = session.exec(statement).all()
            records = tuple(_record_of(row, document) for row, document in found[:limit])
            more = encode_cursor([records[-1].updated_at, records[-1].id]) if len(found) > limit else None
            return Page(records, more)

        return await self._database.read(work)

    async def save(
        self, pipeline_id: str, document: PipelineDocument, expected_version: int, message: str = ""
    ) -> PipelineRecord:
        """The next version. Raises StaleVersion if the pipeline is not at `expected_version` any more."""

        def work(session: Session) -> PipelineRecord:
            row = _row_at(session, pipeline_id, expected_version)
            return self._add_version(session, row, document, message)

        return await self._database.write(work)

    async def delete(self, pipeline_id: str, expected_version: int) -> None:
        """Forget the pipeline and its history; its runs stay. Raises StaleVersion like `save`."""

        def work(session: Session) -> None:
            _row_at(session, pipeline_id, expected_version)
            session.execute(delete(PipelineRow).where(col(PipelineRow.id) == pipeline_id))

        await self._database.write(work)

    async def versions(self, pipeline_id: str, *, limit: int = 50, cursor: str | None = None) -> Page[PipelineVersion]:
        """The history, newest first."""
        statement = (
            select(PipelineVersionRow)
            .where(PipelineVersionRow.pipeline_id == pipeline_id)
            .order_by(col(PipelineVersionRow.version).desc())
            .limit(check_limit(limit) + 1)
        )
        if cursor is not None:
            statement = statement.where(col(PipelineVersionRow.version) < decode_cursor(cursor, (int,))[0])

        def work(session: Session) -> Page[PipelineVersion]:
            _row(session, pipeline_id)
            rows = session.exec(statement).all()
            more = encode_cursor([rows[limit - 1].version]) if len(rows) > limit else None
            return Page(tuple(_version_of(row) for row in rows[:limit]), more)

        return await self._database.read(work)

    async def version(self, pipeline_id: str, version: int) -> PipelineRecord:
        """The pipeline as it was at `version`; raises NotFound if there was none."""

        def work(session: Session) -> PipelineRecord:
            created_at = _row(session, pipeline_id).created_at
            old = _version_row(session, pipeline_id, version)
            return PipelineRecord(
                id=pipeline_id,
                name=old.name,
                version=version,
                created_at=created_at,
                updated_at=old.saved_at,
                document=PipelineDocument.model_validate_json(old.document),
            )

        return await self._database.read(work)

    async def restore(self, pipeline_id: str, version: int) -> PipelineRecord:
        """A new version with the document of the old one: nothing in between is lost."""

        def work(session: Session) -> PipelineRecord:
            row = _row(session, pipeline_id)
            old = PipelineDocument.model_validate_json(_version_row(session, pipeline_id, version).document)
            return self._add_version(session, row, old, f"Restored version {version}")

        return await self._database.write(work)

    async def duplicate(self, pipeline_id: str) -> PipelineRecord:
        """A new pipeline with the present document and a name that says so."""

        def work(session: Session) -> PipelineRecord:
            row = _row(session, pipeline_id)
            document = PipelineDocument.model_validate_json(_version_row(session, pipeline_id, row.version).document)
            name = document.name[: NAME_LIMIT - len(COPY_SUFFIX)] + COPY_SUFFIX
            return self._create(session, document.model_copy(update={"name": name}), "")

        return await self._database.write(work)

    def _create(self, session: Session, document: PipelineDocument, message: str) -> PipelineRecord:
        now = timestamp(self._clock())
        row = PipelineRow(id=str(uuid4()), name="", name_folded="", version=0, created_at=now, updated_at=now)
        session.add(row)
        session.flush()
        return self._add_version(session, row, document, message)

    def _add_version(
        self, session: Session, row: PipelineRow, document: PipelineDocument, message: str
    ) -> PipelineRecord:
        row.name, row.name_folded = document.name, document.name.casefold()
        row.version, row.updated_at = row.version + 1, timestamp(self._clock())
        text = document.model_dump_json()
        session.add(row)
        session.add(
            PipelineVersionRow(
                pipeline_id=row.id,
                version=row.version,
                saved_at=row.updated_at,
                message=message,
                name=document.name,
                step_count=len(document.steps),
                document=text,
            )
        )
        session.flush()
        return _record_of(row, text)


def _row(session: Session, pipeline_id: str) -> PipelineRow:
    row = session.get(PipelineRow, pipeline_id)
    if row is None:
        raise NotFound(f"There is no pipeline {pipeline_id}.")
    return row


def _row_at(session: Session, pipeline_id: str, expected_version: int) -> PipelineRow:
    row = _row(session, pipeline_id)
    if row.version != expected_version:
        raise StaleVersion(
            f"The pipeline is at version {row.version} by now, and this request was made for version "
            f"{expected_version}. Load it again, or save your drawing as a copy."
        )
    return row


def _version_row(session: Session, pipeline_id: str, version: int) -> PipelineVersionRow:
    row = session.get(PipelineVersionRow, (pipeline_id, version)) if abs(version) < 2**63 else None
    if row is None:
        raise NotFound(f"Pipeline {pipeline_id} has no version {version}.")
    return row


def _record_of(row: PipelineRow, document: str) -> PipelineRecord:
    return PipelineRecord(
        id=row.id,
        name=row.name,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        document=PipelineDocument.model_validate_json(document),
    )


def _version_of(row: PipelineVersionRow) -> PipelineVersion:
    return PipelineVersion(
        version=row.version,
        saved_at=row.saved_at,
        message=row.message,
        name=row.name,
        step_count=row.step_count,
    )
