"""Portable -> the same without loops, for systems that know none: each loop is written out up to its limit."""

from dataclasses import dataclass

from octopus.features.export.embedded.instances import Gate, Instance, sources_of
from octopus.features.export.embedded.model import Loop
from octopus.features.export.exported import refused
from octopus.features.export.portable import Portable

INSTANCES_LIMIT = 500
"""More than that no user interface shows, and no scheduler likes."""


@dataclass(frozen=True, slots=True)
class Unrolled:
    """`instances`: each after those it looks at. `gates`: of every iteration but the first of each loop."""

    instances: tuple[Instance, ...]
    gates: tuple[Gate, ...]


def unrolled(pipeline: Portable, system: str) -> Unrolled:
    """`system`: its name, for the sentence of a refusal. Raises InvalidRequest for loops that repeat one another's
    steps, and for more instances than INSTANCES_LIMIT."""
    _refuse_loops_that_meet(pipeline, system)
    _refuse_too_many(pipeline, system)
    instances = [Instance(step.id, step.id) for step in pipeline.steps]
    gates = []
    for loop in pipeline.loops:
        for iteration in range(2, loop.max_iterations + 1):
            gate = Gate(
                name=f"loop-{loop.source}-{loop.target}-{iteration}",
                loop=loop.id,
                source=instance_name(loop.source, iteration - 1),
                after=[instance_name(step_id, iteration - 1) for step_id in loop.repeats],
            )
            gates.append(gate)
            instances += _iteration(pipeline, loop, iteration, gate.name)
    return Unrolled(tuple(instances), tuple(gates))


def instance_name(step_id: str, iteration: int) -> str:
    """No step's id holds a `-`."""
    return step_id if iteration == 1 else f"{step_id}-{iteration}"


def _iteration(pipeline: Portable, loop: Loop, iteration: int, gate: str) -> list[Instance]:
    """What a loop repeats looks at its own iteration; all else was executed once."""
    return [
        Instance(
            name=instance_name(step.id, iteration),
            step=step.id,
            iteration=iteration,
            sources={source: instance_name(source, iteration) for source in sources_of(step) if source in loop.repeats},
            gate=gate,
        )
        for step in pipeline.steps
        if step.id in loop.repeats
    ]


def _refuse_loops_that_meet(pipeline: Portable, system: str) -> None:
    for number, one in enumerate(pipeline.loops):
        for other in pipeline.loops[number + 1 :]:
            shared = next((step_id for step_id in one.repeats if step_id in other.repeats), None)
            if shared is not None:
                message = (
                    f"Step {shared} is repeated by two loops, {one.source} -> {one.target} and {other.source} -> "
                    f"{other.target}: {system} has no loops, and two that meet cannot be written out. Export to "
                    "python or bash, where loops are loops."
                )
                raise refused(message, step_id=shared)


def _refuse_too_many(pipeline: Portable, system: str) -> None:
    count = len(pipeline.steps) + sum(len(loop.repeats) * (loop.max_iterations - 1) for loop in pipeline.loops)
    if count <= INSTANCES_LIMIT:
        return
    longest = max(pipeline.loops, key=lambda loop: len(loop.repeats) * loop.max_iterations, default=None)
    if longest is None:
        message = f"The pipeline has {count} steps; an export to {system} has at most {INSTANCES_LIMIT}."
        raise refused(message, pointer="/steps")
    message = (
        f"{system} has no loops: written out to its limit of {longest.max_iterations} iterations, the loop "
        f"{longest.source} -> {longest.target} makes {count} executions of steps, more than {INSTANCES_LIMIT}. "
        "Lower max_iterations, or export to python or bash."
    )
    raise refused(message, step_id=longest.source)
