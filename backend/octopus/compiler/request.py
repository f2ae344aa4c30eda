"""RunRequest: what of a document is to run, and with which parameter values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from octopus.compiler.plan import Adopted
from octopus.domain.run import Scope


@dataclass(frozen=True, slots=True)
class RunRequest:
    """`parameters`: values given for this run, over those of `profile`, over the defaults. `succeeded`: for scope
    `failed`, per step of that run that succeeded or was reused the step run to take over; None for a step that
    succeeded in a later iteration and is looked up by fingerprint. `force`: nothing is reused."""

    parameters: Mapping[str, JsonValue] = field(default_factory=dict)
    profile: str | None = None
    scope: Scope = field(default_factory=Scope)
    force: bool = False
    succeeded: Mapping[str, Adopted | None] = field(default_factory=dict)


EVERYTHING = RunRequest()
