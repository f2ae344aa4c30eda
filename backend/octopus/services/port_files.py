"""Where what a step emitted at a port lies on this machine."""

from octopus.bootstrap.container import Container
from octopus.domain.errors import NotFound
from octopus.domain.run import StepRunView


async def port_file(services: Container, step_run: StepRunView, port: str) -> str:
    """Local path of what the step run emitted at `port`, which may be an input it handed on. NotFound if nothing."""
    found = next((one for one in step_run.artifacts if one.port == port), None)
    if found is None or step_run.mlflow_run_id is None:
        raise NotFound(f"The step {step_run.id!r} has emitted nothing at a port {port!r}.")
    if found.uri is not None:
        return await services.tracking.fetch_uri(found.uri)
    return await services.tracking.fetch_artifact(step_run.mlflow_run_id, found.path)
