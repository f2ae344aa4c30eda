"""Folder + digest -> a copy of the project's files that never changes: what a run works on while its author edits; and
from that one the copy that a single attempt may litter."""

import shutil
import stat
import tempfile
from pathlib import Path

from octopus.catalog.project_files.digest import digest_of
from octopus.catalog.project_files.selection import ProjectFile, project_files
from octopus.domain.errors import InvalidProject

_COPIED = 0o555
"""A copied file keeps what may be read and executed; nobody writes it."""


def snapshot(folder: Path, digest: str, into: Path) -> Path:
    """`into/<hex of digest>` with the files of `folder`, made if it is not there. Raises InvalidProject if the folder
    no longer has this digest: somebody edits it at this moment."""
    target = into / digest.removeprefix("sha256:")
    if target.is_dir():
        return target
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = Path(tempfile.mkdtemp(prefix=".new-", dir=into))
    try:
        files = project_files(folder)
        _copy(folder, files, temporary)
        if digest_of(temporary, files) != digest:
            raise InvalidProject(f"The files in {folder} changed while they were copied. Start the run again.")
        _move(temporary, target)
    except OSError as error:
        raise InvalidProject(f"{folder} cannot be copied: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return target


def working_copy(frozen: Path, into: Path) -> Path:
    """`into` with the files of a snapshot, writable: what one attempt works in, so that what it leaves lying about is
    seen by no other. One that is there already is made anew. Raises OSError."""
    if into.exists():
        shutil.rmtree(into)
    return Path(shutil.copytree(frozen, into, symlinks=True, copy_function=_writable))


def _writable(source: str, target: str) -> None:
    shutil.copyfile(source, target)
    Path(target).chmod(Path(source).stat().st_mode | stat.S_IWUSR)


def _copy(folder: Path, files: list[ProjectFile], into: Path) -> None:
    for file in files:
        place = into / file.path
        place.parent.mkdir(parents=True, exist_ok=True)
        if file.link is not None:
            place.symlink_to(file.link)
        else:
            shutil.copyfile(folder / file.path, place)
            place.chmod(stat.S_IMODE(file.info.st_mode) & _COPIED | stat.S_IRUSR)


def _move(temporary: Path, target: Path) -> None:
    try:
        temporary.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        # somebody made the same one meanwhile
