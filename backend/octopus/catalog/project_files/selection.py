"""Folder -> the files that make up the project: what git does not ignore; without git, all but what is made anew."""

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from octopus.catalog.project_files.git import git_files
from octopus.domain.errors import InvalidProject

FILE_LIMIT = 10_000
"""More is a data set or an environment that lies in the folder, not a project."""
SIZE_LIMIT_BYTES = 256 * 1024 * 1024
"""What is read for a digest and copied for a run: a few seconds at most."""

_MADE_ANEW = frozenset({".git", "__pycache__", "mlruns", ".venv", "node_modules"})
_MADE_ANEW_ENDINGS = (".pyc",)


@dataclass(frozen=True, slots=True)
class ProjectFile:
    """`path`: relative to the folder, with `/`. `link`: where a symlink points, as it is written; None for a file."""

    path: str
    link: str | None
    info: os.stat_result


def project_files(folder: Path) -> list[ProjectFile]:
    """Sorted by path. Raises InvalidProject if there are too many or they are too large, if a symlink leads out of the
    folder, or if the folder cannot be read."""
    try:
        found = _found(folder)
    except OSError as error:
        raise InvalidProject(f"The folder {folder} cannot be read: {error.strerror or error}.") from error
    _keep_limits(folder, found)
    return found


def _found(folder: Path) -> list[ProjectFile]:
    listed = git_files(folder)
    paths = _walk(folder, "") if listed is None else _expanded(folder, listed)
    root = folder.resolve(strict=True)
    found = []
    for path in sorted(paths):
        try:
            info = (folder / path).lstat()
        except FileNotFoundError:
            continue  # git still lists what was deleted
        if stat.S_ISREG(info.st_mode):
            found.append(ProjectFile(path, None, info))
        elif stat.S_ISLNK(info.st_mode):
            found.append(ProjectFile(path, _link(root, path), info))
    return found


def _expanded(folder: Path, listed: list[str]) -> list[str]:
    """A submodule, or a repository inside, is listed as one path: its files are meant. What git's index remembers in a
    folder that has become a link is not there any more; whoever writes an index by hand can put any path into it."""
    paths: list[str] = []
    is_real = {Path(): True}
    for path in listed:
        place = folder / path
        if Path(path).is_absolute() or ".." in Path(path).parts:
            raise InvalidProject(f"git lists {path} among the files of {folder}, which it does not lie in.")
        if not _is_real(folder, Path(path).parent, is_real):
            continue
        if place.is_dir() and not place.is_symlink():
            paths += _walk(folder, path)
        else:
            paths.append(path)
        if len(paths) > FILE_LIMIT:
            break
    return paths


def _is_real(folder: Path, below: Path, known: dict[Path, bool]) -> bool:
    """No part of `below` is a link. `known`: what has been found out."""
    if below not in known:
        known[below] = not any((folder / part).is_symlink() for part in (below, *below.parents) if part != Path())
    return known[below]


def _walk(folder: Path, below: str) -> list[str]:
    """Stops soon after the limit: the folder may be a whole disk."""
    paths: list[str] = []
    for place, folders, files in os.walk(folder / below, onerror=_raise):
        here = Path(place).relative_to(folder)
        folders[:] = sorted(name for name in folders if name not in _MADE_ANEW)
        linked = [name for name in folders if (Path(place) / name).is_symlink()]
        paths += [str(here / name) for name in (*files, *linked) if not name.endswith(_MADE_ANEW_ENDINGS)]
        if len(paths) > FILE_LIMIT:
            break
    return paths


def _raise(error: OSError) -> None:
    raise error


def _link(root: Path, path: str) -> str:
    target = (root / path).readlink()
    if target.is_absolute() or not (root / path).resolve().is_relative_to(root):
        raise InvalidProject(
            f"{path} is a symbolic link that leads out of the project's folder. Copy what it points to, or ignore it "
            "in .gitignore."
        )
    return str(target)


def _keep_limits(folder: Path, found: list[ProjectFile]) -> None:
    way_out = "List data and environments in .gitignore (in a git work tree) or move them out of the folder."
    if len(found) > FILE_LIMIT:
        raise InvalidProject(f"The folder {folder} has more than {FILE_LIMIT:,} files. {way_out}")
    size = sum(file.info.st_size for file in found)
    if size > SIZE_LIMIT_BYTES:
        raise InvalidProject(
            f"The files in {folder} have {size / 2**20:,.0f} MiB, more than the {SIZE_LIMIT_BYTES // 2**20} MiB that a "
            f"project may have. {way_out}"
        )
