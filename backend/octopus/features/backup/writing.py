"""backup(): a data directory, also of a live server -> one tar file, whole or not there at all.

The databases are copied first: of every run that has ended in the copy, logs and artifacts were complete before.
"""

import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from octopus import __version__
from octopus.domain.base import timestamp
from octopus.features.backup import contents
from octopus.features.backup.databases import copy_database, ended_runs, growing_artifacts, schema_revision
from octopus.features.backup.manifest import NAME, BackedUpFile, Manifest
from octopus.features.backup.refusal import BackupRefused

Say = Callable[[str], None]
_GZIP = (".gz", ".tgz")
_GZIP_LEVEL = 6
_PROGRESS_EVERY = 500
"""Files between two lines of progress."""


@dataclass(frozen=True, slots=True)
class Source:
    """`database`: octopus' own, wherever it lies. `tracking_uri` None: MLflow's database is in the data directory."""

    data_dir: Path
    database: Path
    tracking_uri: str | None = None


def backup(source: Source, file: Path, say: Say, *, with_artifacts: bool = True) -> Manifest:
    """Write `file` (mode 0600) and answer what is in it. Raises BackupRefused; then there is no file."""
    if os.path.lexists(file):
        raise BackupRefused(f"{file} is there already. Choose another name.", code="backup_exists")
    if not source.database.is_file():
        raise BackupRefused(f"There is nothing to back up: {source.database} does not exist.", code="cannot_read")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".octopus-backup-") as folder:
            return _write(source, file, Path(folder), say, with_artifacts)
    except OSError as error:
        where = error.filename or file
        raise BackupRefused(
            f"{file} cannot be written: {error.strerror or error} ({where}).", code="cannot_write"
        ) from (error)


def _write(source: Source, file: Path, folder: Path, say: Say, with_artifacts: bool) -> Manifest:
    databases = _copies(source, folder, say)
    part = folder / "backup.part"
    with _archive(part, compress=file.suffix in _GZIP) as archive:
        packer = _Packer(archive, source.data_dir, say)
        for copy in databases:
            packer.add(copy, copy.name)
        for path in contents.state_files(source.data_dir, ended_runs(databases[0])):
            packer.add(path)
        files = packer.taken()
        growing = growing_artifacts(databases[1]) if len(databases) > 1 else frozenset()
        for path in contents.artifact_files(source.data_dir, growing):
            packer.add(path, only_listed=not with_artifacts)
        manifest = Manifest(
            octopus_version=__version__,
            schema_revision=schema_revision(databases[0]),
            made_at=timestamp(datetime.now(UTC)),
            data_dir=str(source.data_dir),
            tracking="included" if len(databases) > 1 else _without_credentials(source.tracking_uri),
            has_artifacts=with_artifacts,
            files=files,
            artifacts=packer.taken(),
        )
        packer.add_text(NAME, manifest.model_dump_json(indent=1))
    _appear(part, file)
    return manifest


def _copies(source: Source, folder: Path, say: Say) -> list[Path]:
    origins = [source.database]
    mlflow = source.data_dir / contents.MLFLOW_DATABASE
    if source.tracking_uri is not None:
        say("MLflow keeps its data elsewhere: they are not part of this backup")
    elif mlflow.is_file():
        origins.append(mlflow)
    copies = []
    for origin, name in zip(origins, contents.DATABASES, strict=False):
        copies.append(folder / name)
        copy_database(origin, copies[-1])
        say(f"{name}: {copies[-1].stat().st_size:,} bytes")
    return copies


def _without_credentials(uri: str | None) -> str:
    if uri is None:
        return "none"
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


@contextmanager
def _archive(path: Path, *, compress: bool) -> Iterator[tarfile.TarFile]:
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        options = {"compresslevel": _GZIP_LEVEL} if compress else {}
        mode = "w:gz" if compress else "w"
        with tarfile.open(fileobj=file, mode=mode, format=tarfile.PAX_FORMAT, **options) as archive:  # type: ignore[call-overload]
            yield archive
        file.flush()
        os.fsync(file.fileno())


def _appear(part: Path, file: Path) -> None:
    """`file` is there, whole, also after a power failure. Never in place of another one."""
    os.link(part, file)
    part.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class _Packer:
    """Puts files into the archive and remembers their digests."""

    def __init__(self, archive: tarfile.TarFile, data_dir: Path, say: Say) -> None:
        self._archive = archive
        self._data_dir = data_dir
        self._say = say
        self._taken: list[BackedUpFile] = []
        self._count = 0

    def taken(self) -> tuple[BackedUpFile, ...]:
        """Those since the last call."""
        taken, self._taken = tuple(self._taken), []
        return taken

    def add(self, path: Path, name: str | None = None, *, only_listed: bool = False) -> None:
        """A file that has gone in the meantime is left out."""
        name = name or path.relative_to(self._data_dir).as_posix()
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return
        with open(descriptor, "rb") as file:
            self._add(file, name, only_listed)
        self._count += 1
        if self._count % _PROGRESS_EVERY == 0:
            self._say(f"{self._count:,} files")

    def add_text(self, name: str, text: str) -> None:
        content = text.encode()
        self._archive.addfile(_member(name, len(content), 0o600), io.BytesIO(content))

    def _add(self, file: IO[bytes], name: str, only_listed: bool) -> None:
        status = os.fstat(file.fileno())
        digested = _Digested(file, status.st_size)
        if only_listed:
            while digested.read(2**20):
                pass
        else:
            self._archive.addfile(_member(name, status.st_size, 0o700 if status.st_mode & 0o100 else 0o600), digested)
        self._taken.append(BackedUpFile(path=name, size_bytes=status.st_size, digest=digested.digest))


class _Digested:
    """The first `size` bytes of a file, and their digest once they are read."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = size
        self._sha256 = hashlib.sha256()

    @property
    def digest(self) -> str:
        return f"sha256:{self._sha256.hexdigest()}"

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        self._sha256.update(data)
        return data


def _member(name: str, size: int, mode: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, mode, 0
    return member
