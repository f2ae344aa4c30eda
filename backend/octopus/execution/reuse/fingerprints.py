"""What a step run depends on -> its fingerprint. Pure: whoever calls it has looked at the files; anything that nobody
could digest makes the fingerprint unknown, and an unknown one is equal to none.

Not in it, since they change no result: the step's id, label, position and policy, iteration, attempt, backend, threads.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from octopus.compiler.plan import PlannedStep
from octopus.domain.ports import AFTER
from octopus.domain.results import Fingerprint


@dataclass(frozen=True, slots=True)
class Unknown:
    """`why`: what could not be digested, in words for a person."""

    why: str


def fingerprint(
    step: PlannedStep, inputs: Mapping[str, tuple[str | None, ...]], data: Mapping[str, str | Unknown]
) -> Fingerprint:
    """`step`: with the parameters as the attempt gets them. `inputs`: per input port the content digests of its values,
    in the document's edge order. `data`: per parameter that names data files their digest."""
    unknown = [
        *_unknown_code(step),
        *_unknown_inputs(inputs),
        *(d.why for d in data.values() if isinstance(d, Unknown)),
    ]
    parts = {
        "type": digest_of(step.type_id),
        "code": digest_of([step.code.command, step.code.project]),
        "environment": digest_of(step.code.environment),
        **{f"parameter:{name}": digest_of(value) for name, value in step.params.items()},
        **{f"input:{name}": digest_of(list(inputs.get(name, ()))) for name in _ports(step)},
        **{f"data:{name}": found for name, found in data.items() if isinstance(found, str)},
    }
    value = None if unknown else digest_of(dict(parts))
    return Fingerprint(value=value, parts=parts, unknown="; ".join(unknown))


def digest_of(value: JsonValue) -> str:
    """`sha256:<hex>` of the canonical JSON of `value`."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def changed_parts(new: Fingerprint, old: Fingerprint) -> tuple[str, ...]:
    """Names of the parts that differ, in the order in which a person would look: code first, data last."""
    names = [*new.parts, *(name for name in old.parts if name not in new.parts)]
    return tuple(name for name in names if new.parts.get(name) != old.parts.get(name))


def _ports(step: PlannedStep) -> list[str]:
    return [port.name for port in step.inputs if port.name != AFTER]


def _unknown_code(step: PlannedStep) -> list[str]:
    code = step.code
    named = {"command": code.command, "project's files": code.project, "environment": code.environment}
    return [f"the {what} could not be read" for what, digest in named.items() if digest is None]


def _unknown_inputs(inputs: Mapping[str, tuple[str | None, ...]]) -> list[str]:
    return [f"the content of input {port} is not known" for port, digests in inputs.items() if None in digests]
