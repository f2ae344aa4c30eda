"""The values that travel along the edges of one run: which file or folder each step run left at which of its ports."""

import json
from dataclasses import dataclass
from pathlib import Path

from octopus.compiler.plan import PlannedInput, PlannedOutput, PlannedStep
from octopus.domain.event import ArtifactRef
from octopus.domain.ports import AFTER
from octopus.domain.tracking import OutputSpec
from octopus.engine.commands import Delivery
from octopus.engine.signals import StepRunKey


@dataclass(frozen=True, slots=True)
class PortValue:
    """`path`: where it lies on this machine. `ref`: what is known of it, `uri` filled in."""

    path: Path
    ref: ArtifactRef


@dataclass(frozen=True, slots=True)
class Arrived:
    """What a step run received. `texts`: per input port the text for its parameter; `unconnected`: ports without a
    value; `values`: per port its values in the document's edge order."""

    texts: dict[str, str]
    unconnected: tuple[str, ...]
    values: dict[str, tuple[PortValue, ...]]


class PortValues:
    """Filled as step runs succeed."""

    def __init__(self) -> None:
        self._values: dict[tuple[StepRunKey, str], PortValue] = {}

    def keep(self, key: StepRunKey, outputs_dir: Path, artifact_uri: str, artifacts: tuple[ArtifactRef, ...]) -> None:
        """The values of a step run. One that was handed on keeps the place it had."""
        for ref in artifacts:
            if ref.port is None:
                continue
            handed_on = self._handed_on(ref)
            here = outputs_dir / ref.path.rpartition("/")[2]
            uri = ref.uri or f"{artifact_uri.rstrip('/')}/{ref.path}"
            self._values[key, ref.port] = handed_on or PortValue(here, ref.model_copy(update={"uri": uri}))

    def arrived(self, step: PlannedStep, inputs: dict[str, tuple[Delivery, ...]], nothing: Path) -> Arrived:
        """`nothing`: the empty file that an unconnected port receives."""
        ports = [port for port in step.inputs if port.name != AFTER]
        values = {
            port.name: tuple(self._values[d.source, d.source_port] for d in inputs.get(port.name, ())) for port in ports
        }
        return Arrived(
            texts={port.name: _text(port, values[port.name], nothing) for port in ports},
            unconnected=tuple(name for name, found in values.items() if not found),
            values=values,
        )

    def _handed_on(self, ref: ArtifactRef) -> PortValue | None:
        if ref.uri is None:
            return None
        return next((value for value in self._values.values() if value.ref.uri == ref.uri), None)


def output_specs(outputs: tuple[PlannedOutput, ...], arrived: Arrived) -> tuple[OutputSpec, ...]:
    """What the collector has to know of each output port."""

    def passed(output: PlannedOutput) -> ArtifactRef | None:
        values = arrived.values.get(output.passes, ()) if output.passes is not None else ()
        return values[0].ref if values else None

    return tuple(OutputSpec(name=o.name, branch=o.branch, passed=passed(o)) for o in outputs)


def _text(port: PlannedInput, values: tuple[PortValue, ...], nothing: Path) -> str:
    if port.many:
        return json.dumps([str(value.path) for value in values], ensure_ascii=False)
    return str(values[0].path) if values else str(nothing)
