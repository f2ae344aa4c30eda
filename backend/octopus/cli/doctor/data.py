"""The data directory and what lies in it: rights, room, the lock, the token, the databases."""

import fcntl
import os
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from octopus.bootstrap.access_token import TOKEN_NAME
from octopus.bootstrap.settings import Settings
from octopus.cli.doctor.finding import Finding, Installation, broken, fine, warning
from octopus.domain.errors import StorageUnavailable
from octopus.store.integrity import check_file
from octopus.store.migrations import REVISIONS

_OTHERS = 0o077
_PRIVATE_FILE = 0o600
_ANOTHER = "Make it yours (chown, chmod 700), or choose another --data-dir."


def directory(installation: Installation) -> Iterator[Finding]:
    """Whether everything can be kept there, and by nobody else be read."""
    path = installation.data_dir
    if not path.exists():
        yield from _place_for(path)
        return
    if not path.is_dir() or not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        yield broken(f"{path} is no directory that can be written", _ANOTHER)
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if path.stat().st_uid != os.geteuid():
        yield warning(f"{path} belongs to somebody else", _ANOTHER)
    elif mode & _OTHERS:
        yield warning(f"{path} can be entered by others (mode {mode:o})", f"chmod 700 {path}")
    else:
        yield fine(f"{path} is private")
    yield from _locks(path)


def room(installation: Installation) -> Iterator[Finding]:
    """Whether the disk has room for runs."""
    path = _nearest(installation.data_dir)
    free, needed = shutil.disk_usage(path).free, Settings.model_fields["min_free_bytes"].default
    if free < needed:
        mend = "Make room; `octopus gc` finds what nobody needs any more."
        yield broken(f"{free:,} bytes are free, and no run is taken with less than {needed:,}", mend)
    else:
        yield fine(f"{free:,} bytes are free")


def token(installation: Installation) -> Iterator[Finding]:
    """Whether only its owner can read the access token."""
    path = installation.data_dir / TOKEN_NAME
    try:
        mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        yield fine("there is no token yet: the first start makes one")
        return
    except (OSError, UnicodeDecodeError) as error:
        yield broken(f"{path} cannot be read: {error}", f"Delete {path}: the next start makes a new token.")
        return
    if not text:
        yield broken(f"{path} holds no token", f"Delete {path}: the next start makes a new one.")
    elif mode != _PRIVATE_FILE:
        yield warning(f"{path} has mode {mode:o}", f"chmod 600 {path}")
    else:
        yield fine("the access token is private")


def databases(installation: Installation) -> Iterator[Finding]:
    """Whether octopus' own database is whole and of this version, and MLflow's is whole."""
    if not installation.database.is_file():
        yield fine("there is no database yet: the first start makes one")
    else:
        yield _own_database(installation.database)
    mlflow = installation.data_dir / "mlflow.db"
    if installation.tracking_uri is None and mlflow.is_file():
        try:
            check_file(mlflow)
            yield fine("MLflow's database is whole")
        except (StorageUnavailable, OSError) as error:
            yield broken(f"MLflow's database: {error}", "Put a backup back: octopus restore FILE --replace.")


def _own_database(path: Path) -> Finding:
    try:
        check_file(path)
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            revision = str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except StorageUnavailable as error:
        return broken(error.detail, "Put a backup back: octopus restore FILE --replace.")
    except (OSError, sqlite3.Error, TypeError) as error:
        return broken(f"{path} is not a database of octopus: {error}", "Choose another --data-dir or --database-url.")
    if revision == REVISIONS[-1]:
        return fine(f"the database is whole, with the tables of version {revision}")
    if revision in REVISIONS:
        return fine(f"the database is whole; the next start upgrades it from {revision}, after a copy")
    return broken(
        f"the database is of a newer octopus ({revision}; this one knows {REVISIONS[-1]})",
        "Install the newer octopus again, or restore a backup that this one made.",
    )


def _place_for(path: Path) -> Iterator[Finding]:
    near = _nearest(path)
    if near.is_dir() and os.access(near, os.W_OK | os.X_OK):
        yield fine(f"{path} is made at the first start")
    else:
        yield broken(f"{path} cannot be made: {near} cannot be written", _ANOTHER)


def _nearest(path: Path) -> Path:
    """`path` itself or what there is of the way to it."""
    return next(place for place in (path, *path.parents) if place.exists())


def _locks(path: Path) -> Iterator[Finding]:
    try:
        with tempfile.TemporaryFile(dir=path) as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        yield broken(f"{path} lies where files cannot be locked: {error}", "Choose a --data-dir on a local disk.")
