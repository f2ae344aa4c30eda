"""The values that travel along the edges of one run: which file or folder each step run left at which of its ports."""

import json
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from octopus.compiler.plan import PlannedInput, PlannedOutput, PlannedStep
from octopus.domain.event import ArtifactRef
from octopus.domain.ports import AFTER
from octopus.domain.results import StepResultRecord
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
    """Filled as step runs succeed or are reused."""

    def __init__(self) -> None:
        self._values: dict[tuple[StepRunKey, str], PortValue] = {}
        self._by_uri: dict[str, PortValue] = {}

    def keep(self, key: StepRunKey, outputs_dir: Path, artifact_uri: str, artifacts: tuple[ArtifactRef, ...]) -> None:
        """The values of a step run. One that was handed on keeps the place it had."""
        for ref in artifacts:
            if ref.port is None:
                continue
            uri = ref.uri or f"{artifact_uri.rstrip('/')}/{ref.path}"
            if ref.uri is None or uri not in self._by_uri:
                here = place_of(ref, outputs_dir) or outputs_dir / ref.path.rpartition("/")[2]
                self._by_uri[uri] = PortValue(here, ref.model_copy(update={"uri": uri}))
            self._values[key, ref.port] = self._by_uri[uri]

    def keep_result(self, key: StepRunKey, result: StepResultRecord) -> None:
        """The values that `result` left, as those of the step run `key`."""
        self.keep(key, Path(result.outputs_dir or ""), result.artifact_uri, result.artifacts)

    def digests(self, step: PlannedStep, inputs: dict[str, tuple[Delivery, ...]]) -> dict[str, tuple[str | None, ...]]:
        """Per input port (without `after`) the content digests of what was delivered."""
        return {
            port.name: tuple(self._values[d.source, d.source_port].ref.digest for d in inputs.get(port.name, ()))
            for port in step.inputs
            if port.name != AFTER
        }

    def arrived(self, step: PlannedStep, inputs: dict[str, tuple[Delivery, ...]], nothing: Path) -> Arrived:
        """`nothing`: the empty file that an unconnected port receives. A port that is filled in as a parameter of its
        name is not one of those."""
        ports = [port for port in step.inputs if port.name != AFTER and port.name not in step.params]
        values = {
            port.name: tuple(self._values[d.source, d.source_port] for d in inputs.get(port.name, ())) for port in ports
        }
        return Arrived(
            texts={port.name: _text(port, values[port.name], nothing) for port in ports},
            unconnected=tuple(name for name, found in values.items() if not found),
            values=values,
        )


def place_of(ref: ArtifactRef, outputs_dir: Path) -> Path | None:
    """Where a port's value lies on this machine; None for one that was handed on and lies elsewhere."""
    if ref.uri is None:
        return outputs_dir / ref.path.rpartition("/")[2]
    if ref.uri.startswith("file:"):
        return Path(unquote(urlsplit(ref.uri).path))
    return Path(ref.uri) if ref.uri.startswith("/") else None


def output_specs(step: PlannedStep, arrived: Arrived) -> tuple[OutputSpec, ...]:
    """What the collector has to know of each output port."""

    def passed(output: PlannedOutput) -> ArtifactRef | None:
        values = arrived.values.get(output.passes, ()) if output.passes is not None else ()
        return values[0].ref if values else None

    def logged(output: PlannedOutput) -> bool:
        return output.name == step.entry_point.artifacts_port

    return tuple(OutputSpec(name=o.name, branch=o.branch, passed=passed(o), logged=logged(o)) for o in step.outputs)


def _text(port: PlannedInput, values: tuple[PortValue, ...], nothing: Path) -> str:
    if port.many:
        return json.dumps([str(value.path) for value in values], ensure_ascii=False)
    return str(values[0].path) if values else str(nothing)
