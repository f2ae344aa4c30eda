"""What a backup says of itself: the last file in it, so that one that was cut short has none."""

from typing import Annotated, Literal

from pydantic import Field

from octopus.domain.base import Timestamp, Value

NAME = "backup.json"


class BackedUpFile(Value):
    """`path`: below the data directory. `digest`: `sha256:<hex>` of the content."""

    path: str
    size_bytes: int
    digest: str


class Manifest(Value):
    """`data_dir`: where it was made, to know which paths have to be changed elsewhere. `schema_revision`: of octopus'
    database. `tracking`: `included`, or the tracking URI without credentials of data that are kept elsewhere.
    `artifacts`: every artifact with its digest; the files are in the backup if `has_artifacts`."""

    format: Literal[1] = 1
    octopus_version: str
    schema_revision: str
    made_at: Timestamp
    data_dir: Annotated[str, Field(pattern="^/")]
    tracking: str
    has_artifacts: bool
    files: tuple[BackedUpFile, ...]
    artifacts: tuple[BackedUpFile, ...]

    @property
    def expected(self) -> dict[str, BackedUpFile]:
        """What has to be in the backup, by path."""
        return {file.path: file for file in (*self.files, *(self.artifacts if self.has_artifacts else ()))}
