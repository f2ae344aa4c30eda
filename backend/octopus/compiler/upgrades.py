"""Brings a document of an earlier schema version up to the present one, one version at a time."""

from collections.abc import Callable, Sequence

from octopus.compiler.pointer import pointer
from octopus.compiler.wording import kind_of
from octopus.domain.errors import DocumentTooNew, InvalidDocument
from octopus.domain.pipeline import SCHEMA_VERSION
from octopus.domain.problem import FaultCode, Problem

Upgrade = Callable[[dict[str, object]], dict[str, object]]

UPGRADES: tuple[Upgrade, ...] = ()
"""UPGRADES[n] turns a document of version n + 1 into version n + 2; it returns a new value and keeps what it does not
know. Version 1 is the first, so there is none yet."""


def upgraded(value: dict[str, object], upgrades: Sequence[Upgrade] = UPGRADES) -> dict[str, object]:
    """`value` at version `len(upgrades) + 1`. Raises DocumentTooNew or InvalidDocument."""
    present = len(upgrades) + 1
    version = _version_of(value)
    if version > present:
        raise DocumentTooNew(
            f"The document has schema_version {version}; this octopus reads up to {present}. "
            f"It needs a newer octopus (>= the one that wrote it): upgrade octopus and open it again."
        )
    for step in range(version, present):
        value = {**upgrades[step - 1](value), "schema_version": step + 1}
    return value


def _version_of(value: dict[str, object]) -> int:
    if "schema_version" not in value:
        raise _fault(FaultCode.MISSING_FIELD, f"The field `schema_version` is missing; it is {SCHEMA_VERSION} today.")
    version = value["schema_version"]
    if isinstance(version, bool) or not isinstance(version, int):
        raise _fault(FaultCode.WRONG_SHAPE, f"`schema_version` must be a whole number, not {kind_of(version)}.")
    if version < 1:
        raise _fault(FaultCode.WRONG_SHAPE, f"`schema_version` must be at least 1, not {version}.")
    return version


def _fault(code: FaultCode, message: str) -> InvalidDocument:
    return InvalidDocument(message, problems=[Problem(code=code, message=message, pointer=pointer("schema_version"))])
