"""DataFiles: the values of parameters that name data files (a path, a pattern, a folder, several of them) -> the digest
of the files' content. What is not a file on this machine (an address, a query) is unknown: it may change unseen."""

import re
from glob import glob, has_magic
from pathlib import Path

from pydantic import JsonValue

from octopus.compiler.plan import PlannedStep
from octopus.execution.reuse.content import ContentDigests
from octopus.execution.reuse.fingerprints import Unknown, digest_of

_UPLOADED = "dataset:"
"""How an uploaded data set is named, as the step `ingest` reads it."""
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")
"""Two characters at least: one could be a drive."""
_MOST_FILES = 10_000


class DataFiles:
    """To be called in threads: files may be large."""

    def __init__(self, contents: ContentDigests, datasets_dir: Path) -> None:
        self._contents = contents
        self._datasets_dir = datasets_dir

    def digests(self, step: PlannedStep) -> dict[str, str | Unknown]:
        """Per parameter that names data files. Relative paths are taken as the step takes them: from its project."""
        project = Path(step.entry_point.project_dir)
        return {name: self._digest(step.params.get(name), project) for name in step.data_parameters}

    def _digest(self, value: JsonValue, project: Path) -> str | Unknown:
        lines = list(_lines(value))
        try:
            found = [self._of_line(line, project) for line in lines]
        except (OSError, ValueError, RuntimeError) as error:
            return Unknown(f"a data file cannot be read: {error}")
        for line, digest in zip(lines, found, strict=True):
            if digest is None:
                return Unknown(f"what {line!r} names is not a file on this machine")
        return digest_of(list(found))

    def _of_line(self, line: str, project: Path) -> JsonValue:
        if line.startswith(_UPLOADED):
            name = line.removeprefix(_UPLOADED)
            return self._of_files([self._datasets_dir / name]) if Path(name).name == name else None
        if _SCHEME.match(line):
            return None
        path = project / Path(line).expanduser()
        if path.is_dir():
            return self._of_files(_read_below(path))
        if path.exists():
            return self._of_files([path])
        matches = sorted(glob(str(path), recursive=True)) if has_magic(line) else []  # noqa: PTH207 - absolute already
        return self._of_files([Path(match) for match in matches if Path(match).is_file()])

    def _of_files(self, files: list[Path]) -> JsonValue:
        """Name and content of each; None if there are none, or too many to look at before every run."""
        if not files or len(files) > _MOST_FILES:
            return None
        return [[file.name, self._contents.of(file)] for file in files]


def _read_below(folder: Path) -> list[Path]:
    """Whoever reads a folder follows links to files. None of its files if a link leads to another folder: nobody knows
    how far that goes."""
    entries = sorted(folder.rglob("*"))
    if any(entry.is_symlink() and entry.is_dir() for entry in entries):
        return []
    return [entry for entry in entries if entry.is_file()]


def _lines(value: JsonValue) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list):
        return [line for one in value for line in _lines(one)]
    return [line.strip() for line in str(value).splitlines() if line.strip()]
