"""Plan -> the values that an export carries: steps with their parameters as texts, loops, places of projects."""

from collections.abc import Mapping
from dataclasses import dataclass

from octopus.catalog.catalog import steps_folder
from octopus.compiler.parameter_text import parameter_text
from octopus.compiler.plan import Plan, PlannedStep
from octopus.domain.ports import AFTER
from octopus.engine.loops import Loops
from octopus.features.export.embedded.model import Input, Loop, Output, Step
from octopus.features.export.exported import refused
from octopus.features.export.pieces import pieces_of

BUILT_IN = "octopus"
"""Name of the project of the steps that come with octopus."""


@dataclass(frozen=True, slots=True)
class Portable:
    """`projects`: folder on this machine by name; of the built-in steps too. `parameters`: of the pipeline."""

    name: str
    description: str
    experiment: str
    parameters: dict[str, str]
    steps: tuple[Step, ...]
    loops: tuple[Loop, ...]
    projects: dict[str, str]
    limit_s: float | None
    max_parallel: int | None


def portable(plan: Plan) -> Portable:
    """Raises InvalidRequest if a parameter cannot stand on a command line."""
    names = project_names(plan)
    return Portable(
        name=plan.document.name,
        description=plan.document.description,
        experiment=plan.experiment,
        parameters={name: parameter_text(value) for name, value in plan.parameters.items()},
        steps=tuple(_step(plan, step, names) for step in plan.steps),
        loops=_loops(plan),
        projects={name: folder for folder, name in names.items()},
        limit_s=plan.timeout_s,
        max_parallel=plan.max_parallel,
    )


def project_names(plan: Plan) -> dict[str, str]:
    """Per folder a name that no other has."""
    names: dict[str, str] = {}
    for step in plan.steps:
        folder = step.entry_point.project_dir
        if folder in names:
            continue
        project, slash, _ = step.type_id.partition("/")
        wanted = BUILT_IN if folder == str(steps_folder()) else project if slash else "project"
        taken, name, number = set(names.values()), wanted, 2
        while name in taken:
            name, number = f"{wanted}_{number}", number + 1
        names[folder] = name
    return names


def _step(plan: Plan, step: PlannedStep, projects: Mapping[str, str]) -> Step:
    """A port that has a value of its own in the form is among the parameters only."""
    entry, policy = step.entry_point, step.policy
    _refuse_nul(step)
    return Step(
        id=step.id,
        title=step.title,
        type=step.type_id,
        project=projects[entry.project_dir],
        entry_point=entry.name,
        edges=[
            f"{edge.source}.{edge.source_port} -> {edge.target_port}"
            for edge in plan.edges
            if edge.kind == "data" and edge.target == step.id
        ],
        inputs=[
            Input(port.name, port.required, port.many, port.name in entry.uri_ports)
            for port in step.inputs
            if port.name != AFTER and port.name not in step.params
        ],
        outputs=[
            Output(port.name, port.branch, port.passes, port.name == entry.artifacts_port) for port in step.outputs
        ],
        params=pieces_of(step),
        enabled=step.enabled,
        retries=policy.retries,
        retry_delay_s=policy.retry_delay_s,
        timeout_s=policy.timeout_s,
        on_failure=policy.on_failure,
        cpus=policy.resources.cpus,
        env_manager=step.env_manager,
    )


def _refuse_nul(step: PlannedStep) -> None:
    for name, value in step.params.items():
        if isinstance(value, str) and "\0" in value:
            message = f"Parameter {name} of step {step.id} holds a NUL character, which no command line carries."
            raise refused(message, step_id=step.id)


def _loops(plan: Plan) -> tuple[Loop, ...]:
    places = Loops.of(plan.loops).places
    order = [loop.edge_id for loop in plan.loops]

    def sorted_ids(edge_ids: frozenset[str]) -> list[str]:
        return sorted(edge_ids, key=order.index)

    return tuple(
        Loop(
            id=loop.edge_id,
            source=loop.source,
            source_port=loop.source_port,
            target=loop.target,
            target_port=loop.target_port,
            repeats=list(loop.repeats),
            max_iterations=loop.max_iterations,
            on_limit=loop.on_limit,
            nested=sorted_ids(places[loop.edge_id].nested),
            around=sorted_ids(places[loop.edge_id].around),
            earlier=sorted_ids(places[loop.edge_id].earlier),
            later=sorted_ids(places[loop.edge_id].later),
            twins=sorted_ids(places[loop.edge_id].twins),
        )
        for loop in plan.loops
    )


def reads_uploads(pipeline: Portable) -> bool:
    """Whether a step may name an uploaded data set."""
    return any("dataset:" in text for step in pipeline.steps for text in step.params.values() if isinstance(text, str))
