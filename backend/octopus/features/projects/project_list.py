"""ProjectList: which projects are registered, as one JSON file in the data directory that is replaced as a whole."""

import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from octopus.domain.base import Timestamp, Value
from octopus.domain.errors import StorageUnavailable


class ListedProject(Value):
    """`mlproject`: the text of its MLproject file when it was registered, so that its step types have their ports and
    forms even after a restart without the folder. `name`: from that text."""

    id: str
    name: str
    path: str
    registered_at: Timestamp
    mlproject: str


class _Content(Value):
    version: int = 1
    projects: tuple[ListedProject, ...] = ()


class ProjectList:
    """Raises StorageUnavailable if the disk does not take or give it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> tuple[ListedProject, ...]:
        """In the order of registration; none if there is no file yet."""
        try:
            content = _Content.model_validate_json(self._file.read_bytes())
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise StorageUnavailable(f"{self._file} cannot be read: {error.strerror}.") from error
        except ValidationError as error:
            raise StorageUnavailable(
                f"{self._file} is damaged. Move it away and register the projects again, or restore a backup."
            ) from error
        if content.version != 1:
            raise StorageUnavailable(f"{self._file} was written by a newer octopus. Install that one again.")
        return content.projects

    def write(self, projects: tuple[ListedProject, ...]) -> None:
        """The whole list, on the disk when this returns; whoever reads meanwhile sees the old one."""
        data = _Content(projects=projects).model_dump_json(indent=1).encode()
        try:
            handle, name = tempfile.mkstemp(prefix=".projects-", dir=self._file.parent)  # mode 0600
            try:
                with os.fdopen(handle, "wb") as temporary:
                    temporary.write(data)
                    temporary.flush()
                    os.fsync(temporary.fileno())
                Path(name).replace(self._file)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise StorageUnavailable(f"{self._file} cannot be written: {error.strerror}.") from error
