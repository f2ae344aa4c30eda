"""The history of the database's tables, as Alembic migrations that ship inside the package."""

REVISIONS = ("0001", "0002")
"""Every revision, oldest first; a test compares it with what Alembic finds in versions/."""
