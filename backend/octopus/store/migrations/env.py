"""Alembic's entrance: runs the migrations on the connection that octopus.store.schema hands in."""

from alembic import context
from sqlmodel import SQLModel

from octopus.store import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
assert tables.RunRow.metadata is SQLModel.metadata  # noqa: S101 - the import fills the metadata
context.run_migrations()
