"""compile_plan(document, request): the immutable plan of a run."""

from octopus.compiler.check import problems_of
from octopus.compiler.drawing import Drawing
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.pipeline_parameters import parameter_values
from octopus.compiler.plan import Plan
from octopus.compiler.planned_edges import planned_edges
from octopus.compiler.planned_loops import planned_loops
from octopus.compiler.planned_steps import planned_steps
from octopus.compiler.request import EVERYTHING, RunRequest
from octopus.compiler.request_problems import request_problems
from octopus.compiler.scope import parts_in_scope
from octopus.compiler.step_types import StepTypes
from octopus.domain.errors import PipelineHasProblems
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.problem import Problem


def compile_plan(
    document: PipelineDocument, catalog: StepTypes, machine: MachineSize, request: RunRequest = EVERYTHING
) -> Plan:
    """Raises PipelineHasProblems, with warnings beside the errors, if the document or the request has an error."""
    drawing = Drawing(document, catalog, machine, parameter_values(document, request))
    problems = (*problems_of(drawing), *request_problems(drawing, request))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise PipelineHasProblems(_summary(errors), problems=problems)
    return _plan_of(drawing, request)


def _plan_of(drawing: Drawing, request: RunRequest) -> Plan:
    """The plan of a drawing without errors."""
    document = drawing.document
    parts = parts_in_scope(drawing, request)
    loops = planned_loops(drawing, parts)
    edges = planned_edges(document, parts, loops)
    return Plan(
        document=document,
        experiment=document.settings.experiment or document.name,
        steps=planned_steps(drawing, parts, edges),
        edges=edges,
        parameters=dict(drawing.values),
        max_parallel=document.settings.max_parallel,
        loops=loops,
        timeout_s=document.settings.timeout_s,
    )


def _summary(errors: list[Problem]) -> str:
    count = "a problem" if len(errors) == 1 else f"{len(errors)} problems"
    return f"The pipeline has {count}; the first: {errors[0].message}"
