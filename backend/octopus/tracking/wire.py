"""What travels between the server and the tracking worker: frames of JSON, each led by its length in bytes.

A request is {"id", "method", "params"}; its reply {"id", "result"} or {"id", "error": {"kind", "detail"}}. Replies come
in any order.
"""

import json
import struct
from typing import Any

from octopus.domain.errors import InvalidRequest, NotFound, OctopusError, TrackingUnavailable

LENGTH = struct.Struct(">I")

SETUP = "setup"
"""The first request, which no client's call has: the worker's settings."""

ERRORS: dict[str, type[OctopusError]] = {
    "unavailable": TrackingUnavailable,
    "not_found": NotFound,
    "invalid": InvalidRequest,
}


def frame(message: dict[str, Any]) -> bytes:
    body = json.dumps(message, separators=(",", ":")).encode("utf-8")
    return LENGTH.pack(len(body)) + body


def error_kind(error: Exception) -> str:
    """Which entry of ERRORS an exception in the worker becomes; what nobody foresaw is `unavailable`. An MLflow
    exception has a code; MLflow itself is unknown here."""
    if getattr(error, "error_code", None) == "INVALID_PARAMETER_VALUE":
        return "invalid"
    return next((kind for kind, cls in ERRORS.items() if isinstance(error, cls)), "unavailable")
