"""The files in which a project declares its Python environment -> their digests: what an environment is made of, as far
as it can be told without building it. Follows requirements files that name others, as MLflow does."""

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from octopus.catalog.step_type import ProjectEnvironment
from octopus.domain.errors import InvalidProject

FILE_LIMIT_BYTES = 4 * 2**20
"""Git may ignore such a file, so that no other limit counts it."""
FILES_LIMIT = 200
"""Requirements files that name one another; a project has one or two."""
LOCK_FILES = ("uv.lock", "pyproject.toml", ".python-version")
"""With the first of them in a project, MLflow has uv install what is locked there, and nothing else."""

_OTHER_FILE = re.compile(r"(?:-r|-c|--requirement|--constraint)(?:\s+|=)(?P<name>\S+)")
_LOCAL_PLACE = re.compile(
    r"-e\b|-f\b|--editable\b|--find-links\b|[./]|file:|[^:]*@\s*file:|[^:\s]+\.(?:whl|zip|tar\.gz)$"
)
"""What is installed from a path: its content is no part of the line."""


class DeclaredFiles:
    """`digests`: per file, relative to the project where it lies in it, `sha256` of its content, empty if it is not
    there. `names_local_files`: something is to be installed from the project's own files."""

    def __init__(self, folder: Path, environment: ProjectEnvironment) -> None:
        """Raises InvalidProject: one is unreadable, or no list of packages."""
        self.digests: dict[str, str] = {}
        self.names_local_files = False
        self._folder = folder
        if environment.file is not None:
            content = self._read(folder / environment.file)
            self._follow(_requirements(content), folder)
        if (folder / LOCK_FILES[0]).is_file():
            self.names_local_files = True
            for name in LOCK_FILES:
                self._read(folder / name)

    def _follow(self, lines: list[str], base: Path) -> None:
        for line in lines:
            other = _OTHER_FILE.match(line)
            if other is None:
                self.names_local_files |= _LOCAL_PLACE.match(line) is not None
            elif "://" not in other["name"]:
                file = Path(os.path.normpath(base / other["name"]))  # files that name one another end here
                if self._name(file) not in self.digests:
                    self._follow(_lines(self._read(file)), file.parent)

    def _read(self, file: Path) -> bytes:
        if len(self.digests) >= FILES_LIMIT:
            raise InvalidProject(f"{self._folder}: more than {FILES_LIMIT} files declare its packages.")
        content = content_of(file)
        self.digests[self._name(file)] = "" if content is None else hashlib.sha256(content).hexdigest()
        return content or b""

    def _name(self, file: Path) -> str:
        return str(file.relative_to(self._folder) if file.is_relative_to(self._folder) else file)


def content_of(file: Path) -> bytes | None:
    """None: there is no such file. Raises InvalidProject."""
    try:
        if not file.is_file():
            return None
        if file.stat().st_size > FILE_LIMIT_BYTES:
            raise InvalidProject(f"{file} is larger than {FILE_LIMIT_BYTES // 2**20} MiB: that is no list of packages.")
        return file.read_bytes()
    except OSError as error:
        raise InvalidProject(f"{file} cannot be read: {error.strerror or error}.") from error


def packages_of_conda(content: bytes) -> frozenset[str]:
    """Names of the packages in a conda.yaml that only conda can install."""
    names = (re.match(r"[\w.:-]+", one) for one in _list(content, "dependencies") if isinstance(one, str))
    return frozenset(name[0] for name in names if name is not None) - {"python", "pip", "setuptools", "wheel"}


def _requirements(content: bytes) -> list[str]:
    """Those of a python_env.yaml or, for pip, of a conda.yaml."""
    found = [*_list(content, "build_dependencies"), *_list(content, "dependencies")]
    nested = [one["pip"] for one in found if isinstance(one, Mapping) and isinstance(one.get("pip"), list)]
    lines = [one for one in (*found, *(line for lines in nested for line in lines)) if isinstance(one, str)]
    return list(_lines("\n".join(lines).encode()))


def _lines(content: bytes) -> list[str]:
    return list(_bare(content.decode("utf-8", errors="replace").replace("\\\n", " ").splitlines()))


def _bare(lines: list[str]) -> Iterator[str]:
    for line in lines:
        text = re.sub(r"(^|\s)#.*", "", line).strip()
        if text:
            yield text


def _list(content: bytes, name: str) -> list[object]:
    """Empty if there is none: whoever builds the environment says what is wrong with the file."""
    try:
        declared = yaml.safe_load(content)
    except (yaml.YAMLError, ValueError, RecursionError):
        return []
    listed = declared.get(name) if isinstance(declared, Mapping) else None
    return listed if isinstance(listed, list) else []
