"""References in the values of step parameters: `${params.name}`, `${steps.id.metrics.name}`, and the values in their
place. The whole grammar is here; it is closed: names only, nothing is ever evaluated.

    text       = { character | dollars "{" | reference }
    reference  = "${params." name "}" | "${steps." step ".metrics." name "}" | "${steps." step '.metrics["' any '"]}'

Of several `$` directly before a `{` each pair stands for one `$`; a single one left over begins a reference. So `$${`
is a literal `${`, and anything can be written.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from octopus.compiler.parameter_text import parameter_text
from octopus.compiler.plan import MetricReference
from octopus.domain.event import MetricValue


@dataclass(frozen=True, slots=True)
class ParameterReference:
    """`${params.<name>}`."""

    name: str


@dataclass(frozen=True, slots=True)
class Malformed:
    """What begins like a reference and is none; `text` as it was written, up to the next `}`, shortened."""

    text: str


Reference = ParameterReference | MetricReference | Malformed
Part = str | Reference
Place = tuple[str | int, ...]
"""Where in a value something is: names in objects, numbers in lists."""

SNIPPET_LIMIT = 80
"""Characters of a malformed reference that a message quotes."""

_DOLLARS = re.compile(r"(?<!\$)(\$++)\{")
_REFERENCE = re.compile(
    r"\$\{(?:params\.(?P<parameter>[A-Za-z_][A-Za-z0-9_]{0,63})"
    r"|steps\.(?P<step>[a-z][a-z0-9_]{0,63})\.metrics"
    r"(?:\.(?P<name>[A-Za-z_][A-Za-z0-9_]{0,249})|\[\"(?P<quoted>[^\"\\\x00-\x1f\x7f]{1,250})\"\]))\}"
)
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,249}")


def parts_of(text: str) -> tuple[Part, ...]:
    """`text` taken apart: literal text with its dollars already halved, and references. Linear; accepts any text."""
    if "${" not in text:
        return (text,) if text else ()
    parts: list[Part] = []
    literal: list[str] = []
    end = 0
    while (found := _DOLLARS.search(text, end)) is not None:
        dollars = len(found.group(1))
        literal += [text[end : found.start()], "$" * (dollars // 2)]
        if dollars % 2 == 0:
            literal.append("{")
            end = found.end()
            continue
        reference, end = _reference_at(text, found.end() - 2)
        parts += [*_joined(literal), reference]
        literal = []
    return (*parts, *_joined([*literal, text[end:]]))


def _joined(pieces: list[str]) -> tuple[str, ...]:
    text = "".join(pieces)
    return (text,) if text else ()


def _reference_at(text: str, start: int) -> tuple[Reference, int]:
    """The reference that begins at `start`, and where it ends."""
    found = _REFERENCE.match(text, start)
    if found is None:
        closing = text.find("}", start, start + SNIPPET_LIMIT)
        end = closing + 1 if closing >= 0 else min(len(text), start + SNIPPET_LIMIT)
        return Malformed(text[start:end]), end
    if found["parameter"] is not None:
        return ParameterReference(found["parameter"]), found.end()
    return MetricReference(found["step"], found["name"] or found["quoted"]), found.end()


def references_in(value: JsonValue, place: Place = ()) -> Iterator[tuple[Place, Reference]]:
    """Every reference within `value`, in its order. Text only, at any depth; names in objects hold none."""
    if isinstance(value, str):
        yield from ((place, part) for part in parts_of(value) if not isinstance(part, str))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from references_in(item, (*place, index))
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from references_in(item, (*place, name))


def resolve(
    value: JsonValue, params: Mapping[str, JsonValue], metrics: Mapping[MetricReference, MetricValue | str]
) -> JsonValue:
    """`value` with the referred values in place. Text that is exactly one reference becomes that value, its type kept;
    otherwise values are written into the text as a command line carries them. What neither mapping has, and what is
    malformed, stays as it was written. Never raises."""

    def known(part: Reference) -> tuple[JsonValue] | None:
        match part:
            case ParameterReference(name):
                return (params[name],) if name in params else None
            case MetricReference():
                return (metrics[part],) if part in metrics else None
            case Malformed():
                return None

    def text(parts: tuple[Part, ...]) -> JsonValue:
        if len(parts) == 1 and not isinstance(parts[0], str) and (whole := known(parts[0])) is not None:
            return whole[0]
        return "".join(_text(part, known) for part in parts)

    return _with_text(value, lambda found: text(parts_of(found)))


def with_parameters(value: JsonValue, params: Mapping[str, JsonValue]) -> JsonValue:
    """`value` with `params` in place and everything else still to be resolved: `resolve` of the result with metrics is
    `resolve` of `value` with both, whatever text the parameters hold."""

    def text(parts: tuple[Part, ...]) -> JsonValue:
        if len(parts) == 1 and isinstance(parts[0], ParameterReference) and parts[0].name in params:
            return as_literal(params[parts[0].name])
        return _written(
            parameter_text(params[part.name]) if isinstance(part, ParameterReference) and part.name in params else part
            for part in parts
        )

    return _with_text(value, lambda found: text(parts_of(found)))


def as_literal(value: JsonValue) -> JsonValue:
    """`value` written so that `resolve` gives it back as it is."""
    return _with_text(value, lambda text: _written([text]))


def written(reference: Reference) -> str:
    """`reference` as it stands in a document."""
    match reference:
        case ParameterReference(name):
            return f"${{params.{name}}}"
        case MetricReference(step_id, name) if _PLAIN_NAME.fullmatch(name):
            return f"${{steps.{step_id}.metrics.{name}}}"
        case MetricReference(step_id, name):
            return f'${{steps.{step_id}.metrics["{name}"]}}'
        case Malformed(text):
            return text


def _written(parts: Iterable[Part]) -> str:
    """Text that `parts_of` takes apart into `parts`, joined where literals meet."""
    pieces: list[str] = []
    literal = ""
    for part in parts:
        if isinstance(part, str):
            literal += part
            continue
        dollars = len(literal) - len(literal.rstrip("$"))
        pieces += [_DOLLARS.sub(_doubled, literal), "$" * dollars, written(part)]
        literal = ""
    return "".join([*pieces, _DOLLARS.sub(_doubled, literal)])


def _doubled(found: re.Match[str]) -> str:
    return f"{found.group(1) * 2}{{"


def _text(part: Part, known: Callable[[Reference], tuple[JsonValue] | None]) -> str:
    if isinstance(part, str):
        return part
    value = known(part)
    return written(part) if value is None else parameter_text(value[0])


def _with_text(value: JsonValue, change: Callable[[str], JsonValue]) -> JsonValue:
    """`value` with every text in it, at any depth, replaced."""
    if isinstance(value, str):
        return change(value) if "$" in value else value
    if isinstance(value, list):
        return [_with_text(item, change) for item in value]
    if isinstance(value, dict):
        return {name: _with_text(item, change) for name, item in value.items()}
    return value
