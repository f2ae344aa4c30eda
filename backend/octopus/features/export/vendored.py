"""An export with the files of its projects beside it, as a zip archive: it runs where octopus is not installed."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from octopus.catalog.project_files.selection import project_files
from octopus.compiler.plan import Plan
from octopus.features.export.exported import Exported
from octopus.features.export.portable import BUILT_IN, project_names

_FILE = 0o644 << 16
_PROGRAM = 0o755 << 16
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The same export is the same archive."""


def archive(plan: Plan, exported: Exported) -> bytes:
    """`<file>` and `projects/<project>/...`, in a folder named like the file. Raises InvalidProject for a folder that
    cannot be read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        _add(packed, f"{exported.stem}/{exported.filename}", exported.text.encode(), exported.is_executable)
        for name, text in exported.others.items():
            _add(packed, f"{exported.stem}/{name}", text.encode(), False)
        for folder, name in project_names(plan).items():
            for path, content, is_program in _files(Path(folder), name):
                _add(packed, f"{exported.stem}/projects/{name}/{path}", content, is_program)
    return buffer.getvalue()


def _files(folder: Path, name: str) -> Iterator[tuple[str, bytes, bool]]:
    """The built-in steps are started as `python -m octopus.steps` in their project's folder: the package goes there."""
    prefix = "octopus/steps/" if name == BUILT_IN else ""
    if prefix:
        yield "MLproject", (folder / "MLproject").read_bytes(), False
        yield "octopus/__init__.py", b'"""The steps of octopus, without octopus."""\n', False
    for file in project_files(folder):
        place = folder / file.path
        if place.is_file():
            yield f"{prefix}{file.path}", place.read_bytes(), bool(file.info.st_mode & 0o100)


def _add(packed: zipfile.ZipFile, name: str, content: bytes, is_program: bool) -> None:
    entry = zipfile.ZipInfo(name, _EPOCH)
    entry.external_attr = _PROGRAM if is_program else _FILE
    entry.compress_type = zipfile.ZIP_DEFLATED
    packed.writestr(entry, content)
