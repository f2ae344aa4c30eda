"""Which files are accepted, by the ending of their name, and a first look at whether the content can be that."""

from octopus.domain.errors import InvalidRequest

FORMATS = {
    "csv": "csv",
    "tsv": "csv",
    "parquet": "parquet",
    "json": "json",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "arrow": "arrow",
    "feather": "arrow",
    "xlsx": "excel",
}
"""Ending -> format of the step `ingest`."""

_FIRST_BYTES = {"parquet": (b"PAR1",), "arrow": (b"ARROW1", b"\xff\xff\xff\xff"), "excel": (b"PK\x03\x04",)}
"""How a file of these formats begins; an Arrow stream begins with a continuation marker."""


def format_of(name: str, ending: str) -> str:
    """Raises InvalidRequest for an ending that is not accepted."""
    if ending not in FORMATS:
        accepted = ", ".join(f".{known}" for known in FORMATS)
        raise InvalidRequest(
            f"{name} is not a kind of file octopus can read. Accepted are {accepted}.",
            code="dataset_format_unsupported",
        )
    return FORMATS[ending]


def check_first_bytes(name: str, ending: str, start: bytes) -> None:
    """Raises InvalidRequest if a file that begins with `start` cannot be what its ending says, or is empty."""
    if not start:
        raise InvalidRequest(f"{name} is empty.", code="dataset_empty")
    expected = _FIRST_BYTES.get(FORMATS[ending])
    if expected is not None and not start.startswith(expected):
        raise InvalidRequest(f"{name} is called .{ending}, but its content is not.", code="dataset_content_unexpected")
    if expected is None and b"\x00" in start:
        raise InvalidRequest(
            f"{name} is not plain text. Save it as UTF-8 text, or give it the ending of what it is.",
            code="dataset_content_unexpected",
        )
