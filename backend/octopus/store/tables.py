"""The tables of octopus' database, as SQLModel classes. Their twins are the migrations; a test proves them equal.

Documents and events are stored as the JSON text of the domain's values: the domain alone knows their shape.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, Text
from sqlmodel import Field, SQLModel


class PipelineRow(SQLModel, table=True):
    """A saved pipeline; its document is that of its newest version. `name_folded`: for search in any case."""

    __tablename__ = "pipelines"
    __table_args__ = (Index("ix_pipelines_updated_at_id", "updated_at", "id"),)

    id: str = Field(primary_key=True)
    name: str
    name_folded: str
    version: int
    created_at: str
    updated_at: str


class PipelineVersionRow(SQLModel, table=True):
    """One save of a pipeline. `message` "": a save without a name."""

    __tablename__ = "pipeline_versions"

    pipeline_id: str = Field(sa_column=Column(ForeignKey("pipelines.id", ondelete="CASCADE"), primary_key=True))
    version: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    saved_at: str
    message: str
    name: str
    step_count: int
    document: str = Field(sa_column=Column(Text, nullable=False))


class RunRow(SQLModel, table=True):
    """A run beside its events. `number`: the order in which runs were queued. `pipeline_id` is not a foreign key: a
    run outlives the pipeline it came from. `last_seq`: seq of the newest event; status and times follow the events."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_pipeline_id_number", "pipeline_id", "number"),
        Index("ix_runs_status_number", "status", "number"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    pipeline_id: str | None = None
    pipeline_version: int | None = None
    name: str
    document: str = Field(sa_column=Column(Text, nullable=False))
    parameters: str = Field(sa_column=Column(Text, nullable=False))
    backend: str | None = None
    status: str
    reason: str = Field(sa_column=Column(Text, nullable=False))
    step_count: int
    queued_at: str
    started_at: str | None = None
    ended_at: str | None = None
    mlflow_run_id: str | None = None
    mlflow_experiment_id: str | None = None
    last_seq: int


class EventRow(SQLModel, table=True):
    """One recorded fact of a run. `payload`: the whole event."""

    __tablename__ = "events"
    __table_args__ = ({"sqlite_with_rowid": False},)

    run_id: str = Field(sa_column=Column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True))
    seq: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    payload: str = Field(sa_column=Column(Text, nullable=False))


class IdempotencyKeyRow(SQLModel, table=True):
    """Which run a client's Idempotency-Key started, and the digest of the request body it came with."""

    __tablename__ = "idempotency_keys"

    key: str = Field(primary_key=True)
    body_digest: str
    run_id: str = Field(sa_column=Column(ForeignKey("runs.id", ondelete="CASCADE"), nullable=False, index=True))
    created_at: str
