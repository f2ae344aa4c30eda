"""A path that somebody sent -> a folder with an MLproject file that may be registered."""

from pathlib import Path

from octopus.catalog.mlproject.findings import ProjectFault, refusal
from octopus.catalog.mlproject.read import mlproject_file
from octopus.catalog.mlproject.safe_yaml import SIZE_LIMIT_BYTES
from octopus.catalog.project_files.selection import project_files
from octopus.domain.errors import InvalidProject


class FolderGone(Exception):
    """The MLproject file of a registered folder cannot be read; the text says why."""


def usable_folder(path: str, data_dir: Path) -> Path:
    """Absolute, without symbolic links. Raises InvalidProject, pinned to `/path`."""
    given = Path(path)
    if "\0" in path or not given.is_absolute():
        raise _refused(f"The path of a project must be absolute, such as /home/me/project, not {path[:200]!r}.")
    try:
        folder = given.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise _refused(f"There is no folder {given} on the server's machine that octopus may read.") from error
    if not folder.is_dir():
        raise _refused(f"{folder} is not a folder.")
    if folder.is_relative_to(data_dir):
        raise _refused(f"{folder} lies in octopus' own data directory.")
    return folder


def check_files(folder: Path, data_dir: Path) -> None:
    """Raises InvalidProject: too many files, too large, a link that leads out, or octopus' own data among them."""
    for file in project_files(folder):
        if (folder / file.path).is_relative_to(data_dir):
            raise _refused(
                f"octopus' own data directory, {data_dir}, is among the files of {folder}. List it in .gitignore."
            )


def mlproject_bytes(folder: Path) -> bytes:
    """At most a little more than an MLproject file may have. Raises FolderGone."""
    try:
        file = mlproject_file(folder)
        if file is None:
            raise FolderGone(f"There is no MLproject file in {folder}.")
        with file.open("rb") as stream:
            return stream.read(SIZE_LIMIT_BYTES + 1)
    except FileNotFoundError as error:
        raise FolderGone(f"The folder {folder} is gone.") from error
    except OSError as error:
        raise FolderGone(f"The folder {folder} cannot be read: {error.strerror}.") from error


def new_mlproject(folder: Path) -> bytes:
    """As `mlproject_bytes`, for a folder that is to be registered. Raises InvalidProject."""
    try:
        return mlproject_bytes(folder)
    except FolderGone as error:
        message = f"{error} Several files of that name in other case count as none."
        raise refusal(ProjectFault.NO_MLPROJECT, message, ("path",)) from error


def _refused(message: str) -> InvalidProject:
    return refusal(ProjectFault.FOLDER_NOT_USABLE, message, ("path",))
