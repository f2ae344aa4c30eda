"""Which names an MLproject may use: they become ids, arguments of `mlflow run` and keys of its command template."""

import re

from octopus.catalog.mlproject.findings import Findings, Place, ProjectFault
from octopus.domain.ids import IDENTIFIER_PATTERN

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}")
_PORT = re.compile(IDENTIFIER_PATTERN.removesuffix("$") + r"\Z")


def check_name(name: object, what: str, findings: Findings, place: Place) -> str | None:
    """`name` if it is one; else None, and a finding."""
    if isinstance(name, str) and _NAME.fullmatch(name):
        return name
    if isinstance(name, str):
        why = f"has letters, digits, _ . and -, at most 64, and does not begin with . or -: not {name[:80]!r}"
    else:
        why = f"must be text; write {name!r} in quotes if it is meant as one"[:200]
    findings.error(ProjectFault.INVALID_NAME, place, f"The name of {what} {why}.")
    return None


def is_port_name(name: str) -> bool:
    return _PORT.match(name) is not None
