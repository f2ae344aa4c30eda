"""What a program hands over to be planned or run -> Asked."""

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, TypedDict, get_args, runtime_checkable

from pydantic import JsonValue

from octopus.compiler.parse import parse
from octopus.compiler.wording import names
from octopus.domain.errors import InvalidRequest
from octopus.domain.pipeline import BackendName, PipelineDocument
from octopus.domain.run import Scope
from octopus.sdk.step import StepHandle
from octopus.sdk.venue import Asked, AskedRun

StepName: TypeAlias = StepHandle | str


@runtime_checkable
class HasDocument(Protocol):
    """A Pipeline."""

    @property
    def document(self) -> PipelineDocument: ...


class Wanted(TypedDict, total=False):
    """What of a pipeline is planned or run, as `Pipeline.start` takes it."""

    parameters: Mapping[str, Any] | None
    profile: str | None
    to: StepName | None
    from_: StepName | None
    only: StepName | None
    force: bool


Documentable: TypeAlias = HasDocument | PipelineDocument | Mapping[str, object]
"""A `Pipeline`, a document, or a document as plain JSON values."""


def document_of(given: Documentable) -> PipelineDocument:
    """Normalised. Raises InvalidDocument."""
    if isinstance(given, PipelineDocument):
        return given
    return given.document if isinstance(given, HasDocument) else parse(dict(given), max_steps=None)


def asked(
    pipeline: str | Documentable,
    parameters: Mapping[str, JsonValue] | None = None,
    profile: str | None = None,
    scope: Scope | None = None,
    force: bool = False,
) -> Asked:
    """`pipeline`: the id of a saved one, or what holds a document."""
    return Asked(
        pipeline_id=pipeline if isinstance(pipeline, str) else None,
        document=None if isinstance(pipeline, str) else document_of(pipeline),
        parameters=dict(parameters or {}),
        profile=profile,
        scope=scope or Scope(),
        force=force,
    )


def run_of(asked: Asked, backend: BackendName | None) -> AskedRun:
    """What is asked for, to be run on `backend`. Raises InvalidRequest."""
    choices = get_args(BackendName)
    if backend is not None and backend not in choices:
        raise InvalidRequest(f"backend is one of {names(choices)}, or None; not {backend!r}.")
    return AskedRun(**dict(asked), backend=backend)


def scope_of(to: StepName | None = None, from_: StepName | None = None, only: StepName | None = None) -> Scope:
    """At most one of them. Raises InvalidRequest."""
    wanted: list[Scope] = []
    if to is not None:
        wanted.append(Scope(mode="to", step_id=_id(to)))
    if from_ is not None:
        wanted.append(Scope(mode="from", step_id=_id(from_)))
    if only is not None:
        wanted.append(Scope(mode="only", step_id=_id(only)))
    if len(wanted) > 1:
        raise InvalidRequest("Use one of to, from_ and only.")
    return wanted[0] if wanted else Scope()


def _id(step: StepName) -> str:
    return step if isinstance(step, str) else step.id
