"""StepHandle and Port: the steps of a pipeline that is being built, as Python objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import JsonValue

from octopus.compiler.wording import did_you_mean, names
from octopus.domain.errors import UnknownName
from octopus.sdk.reference import Reference

if TYPE_CHECKING:
    from octopus.domain.pipeline import Policy, Position, Step
    from octopus.sdk.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Port:
    """A port of a step: what `step["name"]` and `step.name` answer. Of an edge that begins there it is the output of
    that name, of one that ends there the input."""

    step: StepHandle
    name: str

    def __rshift__(self, other: Port | StepHandle) -> StepHandle:
        """`a["data"] >> b["data"]` is `pipeline.connect(a["data"], b["data"])`; answers the step of `b`."""
        self.step.pipeline.connect(self, other)
        return other.step if isinstance(other, Port) else other

    def __repr__(self) -> str:
        return f"<port {self.step.id}.{self.name}>"


class StepHandle:
    """A step of a pipeline. Its ports are its keys and attributes: `split["train"]`, `split.train`.

    Attributes:
        id: Unique in the pipeline.
        pipeline: The pipeline it belongs to.
    """

    __slots__ = ("id", "pipeline")

    def __init__(self, pipeline: Pipeline, step_id: str) -> None:
        self.pipeline = pipeline
        self.id = step_id

    @property
    def step(self) -> Step:
        """The step as it stands in the document: type, label, params, policy, ..."""
        return self.pipeline.require_step(self.id)

    @property
    def parameters(self) -> Mapping[str, JsonValue]:
        """Those that were set; the others have the defaults of the step's type."""
        return dict(self.step.params)

    def set(self, **values: Any) -> StepHandle:
        """Set parameters; the others stay. None of them is forgotten by being set to its default.

        Raises:
            UnknownName: The step's type has no such parameter.
        """
        self.pipeline.change_step(self.id, params=values)
        return self

    def change(
        self,
        *,
        label: str | None = None,
        policy: Policy | Mapping[str, Any] | None = None,
        enabled: bool | None = None,
        notes: str | None = None,
        position: Position | tuple[float, float] | None = None,
    ) -> StepHandle:
        """Change what is no parameter. None: as it is."""
        self.pipeline.change_step(self.id, label=label, policy=policy, enabled=enabled, notes=notes, position=position)
        return self

    def metric(self, name: str) -> Reference:
        """A reference to a metric of this step, for a parameter of a later one: `${steps.<id>.metrics.<name>}`."""
        plain = name.isidentifier() and name.isascii()
        place = f".{name}" if plain else f'["{name}"]'
        return Reference(f"${{steps.{self.id}.metrics{place}}}")

    def __getitem__(self, port: str) -> Port:
        return Port(self, self._known(port))

    def __getattr__(self, port: str) -> Port:
        if port.startswith("_"):
            raise AttributeError(port)
        return self[port]

    def __rshift__(self, other: Port | StepHandle) -> StepHandle:
        """`a >> b` connects the one pair of ports that fit; it is an error if there is none or several do."""
        self.pipeline.connect(self, other)
        return other.step if isinstance(other, Port) else other

    def __dir__(self) -> Iterator[str]:
        yield from super().__dir__()
        yield from self._ports() or ()

    def _ipython_key_completions_(self) -> list[str]:
        return list(self._ports() or ())

    def _ports(self) -> tuple[str, ...] | None:
        """Outputs, then inputs. None: its type is not known."""
        step, types = self.step, self.pipeline.step_types
        outputs, inputs = types.outputs(step), types.inputs(step)
        if outputs is None or inputs is None:
            return None
        return tuple(dict.fromkeys([port.name for port in outputs] + [port.name for port in inputs]))

    def _known(self, port: str) -> str:
        ports = self._ports()
        if ports is None or port in ports:
            return port
        kind = self.step.type
        raise UnknownName(
            f"The step `{self.id}` ({kind}) has no port `{port}`{did_you_mean(port, ports)} {self._described()}"
        )

    def _described(self) -> str:
        step, types = self.step, self.pipeline.step_types
        outputs = names(port.name for port in types.outputs(step) or ()) or "none"
        inputs = names(port.name for port in types.inputs(step) or ()) or "none"
        return f"Outputs: {outputs}; inputs: {inputs}."

    def __repr__(self) -> str:
        return f"<step {self.id} ({self.step.type})>"
