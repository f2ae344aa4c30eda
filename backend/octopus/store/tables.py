"""The tables of octopus' database, as SQLModel classes. Their twins are the migrations; a test proves them equal.

Documents and events are stored as the JSON text of the domain's values: the domain alone knows their shape.
"""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Text, text
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
    run outlives the pipeline it came from. `last_seq`: seq of the newest event; status and times follow the events.
    `plan`: as compiler.plan_json wrote it; `scope`: JSON of the domain's Scope."""

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
    plan: str | None = Field(default=None, sa_column=Column(Text, nullable=True))
    profile: str | None = None
    scope: str = Field(default="{}", sa_column=Column(Text, nullable=False, server_default=text("'{}'")))
    force: bool = Field(default=False, sa_column=Column(Boolean, nullable=False, server_default=text("0")))


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


class StepResultRow(SQLModel, table=True):
    """What a step run that succeeded, or was reused, left behind. `number`: the order in which they came. `record`: the
    whole result; of a reused step run it is the original's, and `original` is the number of that one's row.
    `fingerprint` None: something it depends on was unknown. `run_id` is not a foreign key: a result outlives its run,
    because MLflow keeps what it is made of."""

    __tablename__ = "step_results"
    __table_args__ = (
        Index("ix_step_results_fingerprint_number", "fingerprint", "number"),
        Index("ix_step_results_pipeline_key_step_id_number", "pipeline_key", "step_id", "number"),
        Index("ix_step_results_run_id_step_id_iteration", "run_id", "step_id", "iteration"),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    fingerprint: str | None = None
    pipeline_key: str
    run_id: str
    step_id: str
    iteration: int
    original: int | None = None
    forgotten: bool = False
    record: str = Field(sa_column=Column(Text, nullable=False))
