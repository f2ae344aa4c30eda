"""A plan with what its steps would do if it were run now."""

from octopus.bootstrap.container import Container
from octopus.compiler.check import check
from octopus.compiler.describe import PlanView, describe
from octopus.execution.foresight import refuse_missing_results
from octopus.services.requested import Requested


async def plan_view(services: Container, wanted: Requested) -> PlanView:
    """Raises PipelineHasProblems, and InvalidRequest if an earlier result that is needed is not there."""
    plan = await wanted.plan(services)
    foreseen = await services.runs.foresee(plan, wanted.pipeline_key)
    refuse_missing_results(plan, foreseen)
    found = check(wanted.document, services.catalog, services.machine)
    warnings = tuple(problem for problem in found if problem.severity == "warning")
    return describe(plan, warnings, foreseen, wanted.request)
