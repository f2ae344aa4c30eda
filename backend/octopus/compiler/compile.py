"""compile_plan(document): the immutable plan of a run."""

from octopus.compiler.check import check
from octopus.compiler.drawing import Drawing
from octopus.compiler.graph import topological_order
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.pipeline_parameters import parameter_values
from octopus.compiler.plan import Plan, PlannedEdge, PlannedInput, PlannedOutput, PlannedStep
from octopus.compiler.request import EVERYTHING, RunRequest
from octopus.compiler.schema import with_defaults
from octopus.compiler.shared_ports import PortsAt, connected_ports, own_params
from octopus.compiler.step_types import StepTypes
from octopus.domain.errors import PipelineHasProblems
from octopus.domain.pipeline import Edge, PipelineDocument
from octopus.domain.problem import Problem


def compile_plan(
    document: PipelineDocument, catalog: StepTypes, machine: MachineSize, request: RunRequest = EVERYTHING
) -> Plan:
    """Raises PipelineHasProblems, with warnings beside the errors, if `check` finds an error."""
    problems = check(document, catalog, machine)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise PipelineHasProblems(_summary(errors), problems=problems)
    return plan_of(Drawing(document, catalog, machine), request)


def plan_of(drawing: Drawing, request: RunRequest) -> Plan:
    """The plan of a drawing without errors."""
    document = drawing.document
    into, out_of = _edge_index(document.edges)
    connected = connected_ports(document)
    order = topological_order(drawing.forward_graph)
    return Plan(
        document=document,
        experiment=document.settings.experiment or document.name,
        steps=tuple(_planned(drawing, step_id, index, into, out_of, connected) for index, step_id in enumerate(order)),
        edges=tuple(
            PlannedEdge(edge.id, edge.source, edge.source_port, edge.target, edge.target_port, edge.kind)
            for edge in document.edges
        ),
        parameters=parameter_values(document, request),
        max_parallel=document.settings.max_parallel,
        timeout_s=document.settings.timeout_s,
    )


EdgesAt = dict[tuple[str, str], tuple[str, ...]]
"""Per (step, port) the ids of its forward edges, in document order."""


def _edge_index(edges: tuple[Edge, ...]) -> tuple[EdgesAt, EdgesAt]:
    into: dict[tuple[str, str], list[str]] = {}
    out_of: dict[tuple[str, str], list[str]] = {}
    for edge in edges:
        if edge.kind == "data":
            into.setdefault((edge.target, edge.target_port), []).append(edge.id)
            out_of.setdefault((edge.source, edge.source_port), []).append(edge.id)
    return {at: tuple(ids) for at, ids in into.items()}, {at: tuple(ids) for at, ids in out_of.items()}


def _planned(
    drawing: Drawing, step_id: str, index: int, into: EdgesAt, out_of: EdgesAt, connected: PortsAt
) -> PlannedStep:
    step = drawing.steps[step_id]
    entry = drawing.entries[step.type]
    if entry is None:
        raise LookupError(f"step type {step.type} is not in the catalog")
    step_type = entry.step_type
    return PlannedStep(
        id=step_id,
        index=index,
        type_id=step.type,
        title=step.label or step_type.title,
        entry_point=entry.entry_point,
        params=own_params(entry, with_defaults(step_type, step.params), step_id, connected),
        inputs=tuple(
            PlannedInput(port.name, port.type, port.required, port.many, into.get((step_id, port.name), ()))
            for port in drawing.inputs[step_id].values()
        ),
        outputs=tuple(
            PlannedOutput(port.name, port.type, port.branch, port.passes, out_of.get((step_id, port.name), ()))
            for port in step_type.outputs
        ),
        enabled=step.enabled,
        pure=step_type.pure,
        policy=step.policy,
    )


def _summary(errors: list[Problem]) -> str:
    count = "a problem" if len(errors) == 1 else f"{len(errors)} problems"
    return f"The pipeline has {count}; the first: {errors[0].message}"
