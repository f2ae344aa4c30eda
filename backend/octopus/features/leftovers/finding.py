"""find(): a data directory -> its leftovers. Changes nothing, and may look beside a server that works.

What lies there is listed before the database is asked: of anything that has come in between, nobody hears.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from octopus.execution import attempt_files
from octopus.execution.reuse.artifacts import MANIFEST
from octopus.features.leftovers.disk import folders, is_locked, size_of
from octopus.features.leftovers.environments import Declared, built_environments, unneeded
from octopus.features.leftovers.leftover import Kind, Leftover
from octopus.features.leftovers.references import (
    References,
    forlorn_results,
    names_in_use,
    outputs_of,
    real,
    references,
)

_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_SNAPSHOT = re.compile(r"[0-9a-f]{64}")
_NEW_SNAPSHOT = ".new-"
_DOWNLOAD = ".download-"
_BY_URI = "uri"
"""The folder of the cache whose copies are named by their address instead of their run."""


def find(data_dir: Path, database: Path, *, declared: Declared, ended_before: str | None = None) -> list[Leftover]:
    """`ended_before`: a time as in the database; of runs that ended before it, logs are leftovers, too, and of
    environments only those that were not used since. Raises StorageUnavailable for a database that this version cannot
    read."""
    attempts, snapshots = folders(real(data_dir / "attempts")), folders(data_dir / "snapshots")
    cached = list(_cached(data_dir / "tracking" / "artifact-cache"))
    built = [] if any(map(_is_alive, attempts)) else built_environments(data_dir / "environments")
    known = references(database, data_dir / "closings")
    return [
        *_attempts(attempts, known, ended_before),
        *unneeded(built, declared(), known.plans_under_way, data_dir / "snapshots", ended_before),
        *_snapshots(snapshots, known),
        *_fetched(cached, database, known),
        *_results(database),
    ]


def _attempts(runs: list[Path], known: References, ended_before: str | None) -> Iterator[Leftover]:
    for run in runs:
        if not _RUN_ID.fullmatch(run.name) or run.name in known.closings or _is_alive(run):
            continue
        if run.name not in known.runs:
            yield from _parts(Kind.DELETED_RUN, run, known.folders)
        elif (ended_at := known.ended.get(run.name)) is not None:
            if ended_before is not None and ended_at < ended_before:
                yield from _parts(Kind.OLD_RUN, run, known.folders)
            else:
                yield from _working_copies(run, known.folders)


def _parts(kind: Kind, folder: Path, kept: frozenset[Path]) -> Iterator[Leftover]:
    """The folder as a whole, or where somebody's outputs lie in it, everything else."""
    if not any(place.is_relative_to(folder) for place in kept):
        yield Leftover(kind=kind, path=folder, size_bytes=size_of(folder))
    elif folder not in kept:
        for entry in sorted(folder.iterdir()):
            yield from _parts(kind, entry, kept)


def _working_copies(run: Path, kept: frozenset[Path]) -> Iterator[Leftover]:
    for attempt in folders(run):
        for name in (attempt_files.PROJECT, attempt_files.STORAGE):
            copy = attempt / name
            if copy.is_dir() and not copy.is_symlink() and (size := size_of(copy)):
                yield from (one for one in _parts(Kind.WORKING_COPY, copy, kept) if size)


def _snapshots(snapshots: list[Path], known: References) -> Iterator[Leftover]:
    for folder in snapshots:
        if folder.name.startswith(_NEW_SNAPSHOT):
            yield Leftover(kind=Kind.UNFINISHED, path=folder, size_bytes=size_of(folder))
        elif _SNAPSHOT.fullmatch(folder.name) and folder.name not in known.digests:
            yield Leftover(kind=Kind.SNAPSHOT, path=folder, size_bytes=size_of(folder))


def _cached(cache: Path) -> Iterator[Path]:
    """Its copies: by run a folder, by address a file or folder."""
    for folder in folders(cache):
        if folder.name == _BY_URI:
            yield from sorted(folder.iterdir())
        else:
            yield folder


def _fetched(copies: list[Path], database: Path, known: References) -> Iterator[Leftover]:
    if not copies:
        return
    words, uris = names_in_use(database)
    addresses = {uri.replace(":", "_").replace("/", "_") for uri in uris}
    for copy in copies:
        in_use = addresses if copy.parent.name == _BY_URI else words
        if copy.name.startswith(_DOWNLOAD):
            yield Leftover(kind=Kind.UNFINISHED, path=copy, size_bytes=size_of(copy))
        elif copy.name not in in_use and copy.name not in known.closings:
            yield Leftover(kind=Kind.FETCHED, path=copy, size_bytes=size_of(copy))


def _results(database: Path) -> Iterator[Leftover]:
    for number, record in forlorn_results(database):
        outputs = outputs_of(record)
        if outputs is not None and not (outputs / MANIFEST).is_file():
            yield Leftover(kind=Kind.RESULT, number=number, size_bytes=len(record))


def _is_alive(run: Path) -> bool:
    """Whether the supervisor of one of its attempts still lives: it holds the lock."""
    return any(is_locked(attempt / attempt_files.LOCK) for attempt in folders(run))
