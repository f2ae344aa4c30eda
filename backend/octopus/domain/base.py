"""What every value of the domain has in common."""

import re
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class Value(BaseModel):
    """A frozen value; unknown fields are refused; defaults are always present in the JSON schema of what is sent."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_serialization_defaults_required=True)


Timestamp = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
"""RFC 3339 in UTC with milliseconds, `2026-01-01T00:00:00.000Z`; sorts as text."""


def timestamp(moment: datetime) -> str:
    """`moment` (timezone-aware) as a Timestamp."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def _one_line(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("control characters are not allowed here")
    return text


def _many_lines(text: str) -> str:
    if _CONTROL_BUT_LINES.search(text):
        raise ValueError("control characters other than tab and newline are not allowed here")
    return text


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("a name needs at least one visible character")
    return text


NAME_LIMIT = 200
"""Characters in a name or label: more does not fit any list or card."""
TEXT_LIMIT = 20_000
"""Characters in a description or note."""

Name = Annotated[
    str, Field(strict=True, min_length=1, max_length=NAME_LIMIT), AfterValidator(_one_line), AfterValidator(_not_blank)
]
Label = Annotated[str, Field(strict=True, max_length=NAME_LIMIT), AfterValidator(_one_line)]
Text = Annotated[str, Field(strict=True, max_length=TEXT_LIMIT), AfterValidator(_many_lines)]
Coordinate = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e7, le=1e7)]
