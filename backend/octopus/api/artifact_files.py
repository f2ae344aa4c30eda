"""Files of a step run on their way to a client."""

from pathlib import Path

from starlette.responses import FileResponse

from octopus.bootstrap.container import Container
from octopus.domain.run import StepRunView


async def artifact_response(services: Container, step_run: StepRunView, path: str) -> FileResponse:
    return FileResponse(await services.artifacts.file(step_run, path))


async def port_artifact(services: Container, step_run: StepRunView, port: str) -> Path:
    found: Path = await services.artifacts.of_port(step_run, port)
    return found
