"""File names as users give them -> a name to show and a name to store. The first is never part of a path, the second
is made of characters that mean nothing to any file system, URL or shell."""

import re
import secrets
import unicodedata

SHOWN_LIMIT = 200
"""Characters of a name that is shown."""
STEM_LIMIT = 40
"""Characters of the user's name that are kept in the stored one, so that a folder listing can be read."""

_STORED = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}-[0-9a-f]{16}\.[a-z]{2,8}")


def shown_name(file_name: str) -> str:
    """The last part of `file_name`, without characters that cannot be seen or that turn text around."""
    last = re.split(r"[/\\]", file_name)[-1]
    visible = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ").strip()
    return visible[-SHOWN_LIMIT:] or "unnamed"


def extension(file_name: str) -> str:
    """In lower case and without its dot; "" if there is none."""
    stem, dot, ending = shown_name(file_name).rpartition(".")
    return ending.lower() if dot and stem else ""


def stored_name(file_name: str, ending: str) -> str:
    """A name nobody can guess and no other upload has, that still reminds of the user's."""
    plain = unicodedata.normalize("NFKD", shown_name(file_name).rpartition(".")[0]).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain.lower())[:STEM_LIMIT].strip("-") or "data"
    return f"{stem}-{secrets.token_hex(8)}.{ending}"


def is_stored_name(name: str) -> bool:
    """Whether `name` can be one that `stored_name` made."""
    return _STORED.fullmatch(name) is not None
