"""restore(): a backup -> a data directory that a server can be started on. Everything is proven beside the place before
anything appears in it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from octopus.features.backup import contents
from octopus.features.backup.databases import fault_of
from octopus.features.backup.ending import end_mlflow_runs, end_runs
from octopus.features.backup.manifest import Manifest
from octopus.features.backup.moved import move_locations, move_texts
from octopus.features.backup.refusal import BackupRefused
from octopus.features.backup.unpacking import unpack
from octopus.features.backup.writing import Say
from octopus.store.data_directory import LOCK_NAME, DataDirectory
from octopus.store.migrations import REVISIONS


def restore(file: Path, data_dir: Path, say: Say, *, replace: bool = False) -> Manifest:
    """`replace`: what is in `data_dir` is moved aside, to a folder next to it, instead of being in the way. Raises
    BackupRefused, and StorageUnavailable if a server uses the directory or it cannot be written; then nothing has
    changed."""
    data_dir = data_dir.expanduser().absolute()
    _check_place(data_dir, replace)
    try:
        with _claimed(data_dir), _stage(data_dir) as stage:
            manifest = unpack(file, stage)
            say(f"unpacked and compared {len(manifest.expected):,} files")
            _settle(file, stage, manifest, data_dir, say)
            _appear(stage, data_dir, say)
            return manifest
    except OSError as error:
        raise BackupRefused(
            f"{data_dir} cannot be written: {error.strerror or error} ({error.filename or data_dir}).",
            code="cannot_write",
        ) from error


def _check_place(data_dir: Path, replace: bool) -> None:
    if not data_dir.exists() or _is_empty(data_dir):
        return
    if not replace:
        raise BackupRefused(
            f"{data_dir} is not empty. Choose another --data-dir, or say --replace to move what is there aside.",
            code="directory_not_empty",
        )
    if not any((data_dir / name).exists() for name in (LOCK_NAME, contents.OCTOPUS_DATABASE)):
        raise BackupRefused(
            f"{data_dir} is not a data directory of octopus, so it is not replaced. Choose another --data-dir.",
            code="directory_not_empty",
        )


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


@contextmanager
def _claimed(data_dir: Path) -> Iterator[None]:
    """No server starts there meanwhile, and none is there."""
    if not data_dir.exists() or _is_empty(data_dir):
        yield
        return
    held = DataDirectory.claim(data_dir)
    try:
        yield
    finally:
        held.release()


@contextmanager
def _stage(data_dir: Path) -> Iterator[Path]:
    """A folder on the same disk that is gone in the end, whatever happens."""
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    stage = Path(tempfile.mkdtemp(dir=data_dir.parent, prefix=f".{data_dir.name}-restoring-"))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _settle(file: Path, stage: Path, manifest: Manifest, data_dir: Path, say: Say) -> None:
    """What was unpacked becomes a directory of its own: whole databases, right paths, nothing under way."""
    if manifest.schema_revision not in REVISIONS:
        raise BackupRefused(
            f"{file} was made by a newer octopus ({manifest.octopus_version}; its tables are at "
            f"{manifest.schema_revision}, this one knows {REVISIONS[-1]}). Restore it with that one.",
            code="backup_too_new",
        )
    octopus, mlflow = (stage / name for name in contents.DATABASES)
    for database in (octopus, mlflow):
        if database.exists() and (fault := fault_of(database)) is not None:
            raise BackupRefused(f"{database.name} in {file} is damaged: {fault}.", code="backup_damaged")
    ended = end_runs(octopus)
    old, new = Path(manifest.data_dir) / contents.ARTIFACTS, data_dir / contents.ARTIFACTS
    move_texts(octopus, old, new)
    if mlflow.exists():
        move_locations(mlflow, old, new)
        end_mlflow_runs(mlflow)
    if ended:
        say(f"{ended:,} runs were going on when the backup was made: they are ended, nothing is started again")


def _appear(stage: Path, data_dir: Path, say: Say) -> None:
    """`data_dir` is the stage from one moment to the next."""
    aside = None
    os.sync()
    stage.chmod(0o700)
    if data_dir.exists() and not _is_empty(data_dir):
        aside = data_dir.with_name(f"{data_dir.name}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
        data_dir.rename(aside)
    try:
        stage.rename(data_dir)
    except OSError:
        if aside is not None:
            aside.rename(data_dir)
        raise
    if aside is not None:
        say(f"what was in {data_dir} is in {aside} now")
