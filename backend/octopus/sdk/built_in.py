"""BuiltIn: the steps that come with octopus as calls with names, types and defaults. What type checkers and editors
read of them stands beside this file, generated from the catalog; here they are calls of `Pipeline.step`."""

import functools
import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from octopus.sdk.known_types import properties_of
from octopus.sdk.step import StepHandle

if TYPE_CHECKING:
    from octopus.sdk.building import Building

COMMON = ("id", "label", "position", "policy", "enabled", "notes", "after")
"""Arguments of `Pipeline.step` that every call has too."""


class BuiltIn:
    """`pipeline.add`: a call per step type whose id is a name in Python. `add.train(...)` is `step("train", ...)`."""

    __slots__ = ("_pipeline",)

    def __init__(self, pipeline: "Building") -> None:
        self._pipeline = pipeline

    def __getattr__(self, type_id: str) -> Any:
        if type_id.startswith("_"):
            raise AttributeError(type_id)
        kind = self._pipeline.step_types.require(type_id)
        call = functools.partial(self._pipeline.step, type_id)

        def add(id: str | None = None, **named: Any) -> StepHandle:
            return call(id, **named)

        inputs = [port.name for port in kind.inputs]
        names = [*COMMON[:1], *inputs, *properties_of(kind.params_schema), *COMMON[1:]]
        named = inspect.Parameter.POSITIONAL_OR_KEYWORD
        add.__name__, add.__qualname__, add.__doc__ = type_id, f"add.{type_id}", kind.doc
        add.__signature__ = inspect.Signature([inspect.Parameter(name, named, default=None) for name in names])  # type: ignore[attr-defined]
        return add

    def __dir__(self) -> Iterator[str]:
        entries = self._pipeline.step_types.catalog.all()
        yield from (entry.step_type.id for entry in entries if entry.step_type.id.isidentifier())
