"""The access token: a random one, made at first start and kept in the data directory, readable by its owner alone."""

import os
import re
import secrets
from pathlib import Path

from octopus.domain.errors import StorageUnavailable

TOKEN_NAME = "token"  # noqa: S105 - a file name
TOKEN_BYTES = 32
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,512}")


def access_token(data_dir: Path) -> str:
    """The token in `data_dir`, made if there is none. Raises StorageUnavailable for one that cannot be used."""
    path = data_dir / TOKEN_NAME
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        return _read(path)
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        file.write(token + "\n")
    return token


def _read(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            os.fchmod(file.fileno(), 0o600)
            token = file.read(1024).decode("ascii", errors="replace").strip()
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error
    if not _TOKEN.fullmatch(token):
        raise _unusable(path, "it does not hold a token")
    return token


def _unusable(path: Path, why: str) -> StorageUnavailable:
    return StorageUnavailable(
        f"The access token in {path} cannot be used: {why}. Delete the file for a new one.", code="token_unusable"
    )
