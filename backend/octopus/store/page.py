"""A page of a long list, and the opaque cursor that leads to the next one."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from octopus.domain.errors import InvalidRequest

T = TypeVar("T")

MAX_PAGE = 500
"""Items on one page: more makes an answer of megabytes."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """`next_cursor` None: this is the last page."""

    items: tuple[T, ...]
    next_cursor: str | None


def check_limit(limit: int) -> int:
    """`limit` if a page may have that many items; raises InvalidRequest otherwise."""
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidRequest(f"limit is {limit}; it must be between 1 and {MAX_PAGE}.")
    return limit


def encode_cursor(position: Sequence[str | int]) -> str:
    """`position`, the sort key of the last item seen, as text that needs no quoting in a URL."""
    return base64.urlsafe_b64encode(json.dumps(list(position)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, shape: tuple[type, ...]) -> tuple[str | int, ...]:
    """The position in `cursor`, whose parts have the types of `shape`; raises InvalidRequest if it is anything else."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        position = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        position = None
    if not isinstance(position, list) or [type(part) for part in position] != list(shape):
        raise InvalidRequest("The cursor is not one that this list gave out; leave it out to start at the first page.")
    if any(type(part) is int and abs(part) >= 2**63 for part in position):
        raise InvalidRequest("The cursor lies outside every list; leave it out to start at the first page.")
    return tuple(position)
