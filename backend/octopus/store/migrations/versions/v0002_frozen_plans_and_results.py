"""A run keeps its plan and what was asked of it; succeeded step runs leave results that can be reused."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _extend_runs()
    _create_step_results()


def _extend_runs() -> None:
    # Added one by one: to make the table anew would delete its events, whose foreign keys cascade.
    op.add_column("runs", sa.Column("plan", sa.Text(), nullable=True))
    op.add_column("runs", sa.Column("profile", sa.String(), nullable=True))
    op.add_column("runs", sa.Column("scope", sa.Text(), nullable=False, server_default=sa.text("'{}'")))
    op.add_column("runs", sa.Column("force", sa.Boolean(), nullable=False, server_default=sa.text("0")))


def _create_step_results() -> None:
    op.create_table(
        "step_results",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=True),
        sa.Column("pipeline_key", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("step_id", sa.String(), nullable=False),
        sa.Column("iteration", sa.Integer(), nullable=False),
        sa.Column("original", sa.Integer(), nullable=True),
        sa.Column("forgotten", sa.Boolean(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_step_results_fingerprint_number", "step_results", ["fingerprint", "number"])
    op.create_index(
        "ix_step_results_pipeline_key_step_id_number", "step_results", ["pipeline_key", "step_id", "number"]
    )
    op.create_index("ix_step_results_run_id_step_id_iteration", "step_results", ["run_id", "step_id", "iteration"])
