"""The steps of a plan: those in scope in topological order, their parameters resolved as far as the plan knows them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from octopus.catalog.step_type import StepType
from octopus.compiler.drawing import Drawing
from octopus.compiler.plan import MetricReference, PlannedEdge, PlannedInput, PlannedOutput, PlannedStep
from octopus.compiler.reference import as_literal, references_in, resolve, with_parameters
from octopus.compiler.schema import data_parameters, literal_parameters, with_defaults
from octopus.compiler.scope import Part
from octopus.compiler.shared_ports import PortsAt, connected_ports, own_params
from octopus.domain.pipeline import Step


@dataclass(frozen=True, slots=True)
class _Wires:
    """Per (step, port) the ids of its forward edges, in document order; `connected`: input ports with any edge."""

    into: Mapping[tuple[str, str], tuple[str, ...]]
    out_of: Mapping[tuple[str, str], tuple[str, ...]]
    connected: PortsAt


def planned_steps(
    drawing: Drawing, parts: Mapping[str, Part], edges: tuple[PlannedEdge, ...]
) -> tuple[PlannedStep, ...]:
    wires = _Wires(
        _grouped(((edge.target, edge.target_port), edge.id) for edge in edges if edge.kind == "data"),
        _grouped(((edge.source, edge.source_port), edge.id) for edge in edges if edge.kind == "data"),
        connected_ports(drawing.document),
    )
    ordered = enumerate(step_id for step_id in drawing.order if step_id in parts)
    return tuple(_planned(drawing, step_id, index, parts[step_id], wires) for index, step_id in ordered)


def _grouped(pairs: Iterable[tuple[tuple[str, str], str]]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], list[str]] = {}
    for at, edge_id in pairs:
        found.setdefault(at, []).append(edge_id)
    return {at: tuple(ids) for at, ids in found.items()}


def _planned(drawing: Drawing, step_id: str, index: int, part: Part, wires: _Wires) -> PlannedStep:
    step = drawing.steps[step_id]
    entry, step_type = drawing.entries[step.type], drawing.type_of(step)
    if entry is None or step_type is None:
        raise LookupError(f"step type {step.type} is not in the catalog")
    references = _metrics_of(step, drawing.literals[step.type])
    return PlannedStep(
        id=step_id,
        index=index,
        type_id=step.type,
        title=step.label or step_type.title,
        entry_point=entry.entry_point,
        params=own_params(entry, _params(step, step_type, drawing.values, references), step_id, wires.connected),
        inputs=tuple(
            PlannedInput(port.name, port.type, port.required, port.many, wires.into.get((step_id, port.name), ()))
            for port in drawing.inputs[step_id].values()
        ),
        outputs=tuple(
            PlannedOutput(port.name, port.type, port.branch, port.passes, wires.out_of.get((step_id, port.name), ()))
            for port in step_type.outputs
        ),
        enabled=step.enabled,
        pure=step_type.pure,
        policy=step.policy,
        references=references,
        data_parameters=data_parameters(step_type),
        reuse=step_type.reuse and step.policy.reuse,
        mode=part.mode,
        adopt=part.adopt,
    )


def _metrics_of(step: Step, literals: frozenset[str]) -> tuple[MetricReference, ...]:
    """Each once, in the order of the parameters."""
    values = (value for name, value in step.params.items() if name not in literals)
    found = (reference for value in values for _, reference in references_in(value))
    return tuple(dict.fromkeys(reference for reference in found if isinstance(reference, MetricReference)))


def _params(
    step: Step, step_type: StepType, values: Mapping[str, JsonValue], metrics: tuple[MetricReference, ...]
) -> dict[str, JsonValue]:
    """Final values; where metrics are still to be filled in, all of them as text that `final_params` resolves."""
    literals = literal_parameters(step_type)
    referring = {name: value for name, value in step.params.items() if name not in literals}
    if not metrics:
        return with_defaults(
            step_type, step.params | {name: resolve(value, values, {}) for name, value in referring.items()}
        )
    given = {name: with_parameters(value, values) for name, value in referring.items()}
    return {
        name: value if name in given else as_literal(value)
        for name, value in with_defaults(step_type, step.params | given).items()
    }
