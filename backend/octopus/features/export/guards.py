"""Where each execution of a step stands among conditions: which ports must have been emitted for it to run.

Kubeflow knows conditions around groups of tasks, one inside the other, and hands nothing out of a group. A step that
runs whichever of two branches was taken, or that takes what a branch may have left, cannot be said there.
"""

from dataclasses import dataclass

from octopus.features.export.embedded.deciding import ends_of
from octopus.features.export.embedded.instances import Instance, sources_of
from octopus.features.export.embedded.model import Step
from octopus.features.export.exported import refused
from octopus.features.export.portable import Portable
from octopus.features.export.unrolled import Unrolled

Choice = tuple[str, str]
"""An instance and the port that it has to emit."""
Guard = tuple[Choice, ...]
"""The outermost condition first."""


@dataclass(frozen=True, slots=True)
class Placed:
    """`arrivals`: (source instance, source port, source step) of the edges that may deliver. `fed`: what a loop hands
    back, and at which input port; None: nothing."""

    instance: Instance
    step: Step
    guard: Guard
    arrivals: tuple[tuple[str, str, str], ...]
    fed: tuple[str, str, str] | None = None


def placed(pipeline: Portable, flat: Unrolled) -> dict[str, Placed]:
    """Every instance that may run, by name, in order. Raises InvalidRequest for what conditions cannot say."""
    steps = {step.id: step for step in pipeline.steps}
    found: dict[str, Placed] = {}
    for instance in flat.instances:
        place = _place(pipeline, flat, steps, instance, found)
        if place is not None:
            found[instance.name] = place
    return found


def guard_of(place: Placed, port: str) -> Guard:
    """What has to hold for a value at this output port. A step that may fail without failing the run decides, too."""
    is_branch = any(output.branch for output in place.step.outputs if output.name == port)
    decides = is_branch or place.step.on_failure == "continue"
    return (*place.guard, (place.instance.name, port)) if decides else place.guard


def _place(
    pipeline: Portable, flat: Unrolled, steps: dict[str, Step], instance: Instance, found: dict[str, Placed]
) -> Placed | None:
    step = steps[instance.step]
    gate = next((gate for gate in flat.gates if gate.name == instance.gate), None)
    if not step.enabled or (gate is not None and gate.source not in found):
        return None
    loop = next((loop for loop in pipeline.loops if gate is not None and loop.id == gate.loop), None)
    entered: Guard = ()
    if gate is not None and loop is not None:
        entered = (*found[gate.source].guard, (gate.source, loop.source_port))
    edges = [ends_of(edge) for edge in step.edges]
    alive = [
        (found[name], source_port, port)
        for source, source_port, port in edges
        if (name := instance.source(source)) in found
    ]
    if (edges and not alive) or _lacks(step, {port for _, _, port in alive}):
        return None
    guard = _guard(step, alive, entered)
    _refuse_metrics_from_elsewhere(step, instance, found, guard)
    is_fed = gate is not None and loop is not None and loop.target == step.id
    return Placed(
        instance=instance,
        step=step,
        guard=guard,
        arrivals=tuple((place.instance.name, port, place.step.id) for place, port, _ in alive),
        fed=(gate.source, loop.source_port, loop.target_port) if is_fed and gate and loop else None,
    )


def _lacks(step: Step, arriving: set[str]) -> bool:
    return any(port.required and port.name not in arriving for port in step.inputs)


def _guard(step: Step, alive: list[tuple[Placed, str, str]], entered: Guard) -> Guard:
    """The step runs if every required input gets something, and at least one of all gets something."""
    required = {port.name for port in step.inputs if port.required}
    guards = [(guard_of(place, source_port), port) for place, source_port, port in alive]
    groups = [[guard for guard, port in guards if port == name] for name in required]
    needed = [min(group, key=len) for group in [*groups, [guard for guard, _ in guards]] if group]
    guard = max([entered, *needed], key=len)
    for other, port in guards:
        if guard[: len(other)] != other:
            raise _joined(step, port, other, guard)
    return guard


def _joined(step: Step, port: str, other: Guard, guard: Guard) -> Exception:
    source, source_port = other[-1]
    also = f"after {guard[-1][0]} chose {guard[-1][1]}" if guard else "in any case"
    message = (
        f"Step {step.id} gets {port} only if {source} emits {source_port}, and runs {also}: Kubeflow's conditions hand "
        "nothing out of a branch. Export to airflow, python or bash, or give each branch a step of its own."
    )
    return refused(message, step_id=step.id)


def _refuse_metrics_from_elsewhere(step: Step, instance: Instance, found: dict[str, Placed], guard: Guard) -> None:
    for source in sources_of(step):
        place = found.get(instance.source(source))
        along_an_edge = any(edge.partition(".")[0] == source for edge in step.edges)
        if not along_an_edge and (place is None or guard[: len(place.guard)] != place.guard):
            message = (
                f"Step {step.id} refers to a metric of {source}, which runs in another branch or not at all: "
                "Kubeflow's conditions hand nothing out of a branch. Export to airflow, python or bash."
            )
            raise refused(message, step_id=step.id)
