"""What can be left over, and why nobody needs it."""

from enum import StrEnum
from pathlib import Path

from octopus.domain.base import Value


class Kind(StrEnum):
    """The value is what a person is told."""

    DELETED_RUN = "logs of runs that were deleted"
    OLD_RUN = "logs of runs that ended long ago"
    WORKING_COPY = "working copies of attempts that have ended"
    SNAPSHOT = "frozen copies of projects that no run has"
    UNFINISHED = "copies and downloads that were never finished"
    FETCHED = "fetched artifacts that no run and no result has"
    ENVIRONMENT = "Python environments that no project declares any more"
    RESULT = "results whose run and artifacts are gone"


class Leftover(Value):
    """`path`: a file or folder, which goes as a whole; None: a row of the database, `number`. `size_bytes`: what
    deleting it gives back, or for a row about."""

    kind: Kind
    path: Path | None = None
    number: int | None = None
    size_bytes: int
