"""Files of a step run on their way to a client: confined to its own artifacts, harmless to open."""

import asyncio
from pathlib import Path, PurePosixPath

from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.types import Message, Receive, Scope, Send

from octopus.api.problem import problem_response
from octopus.api.security.refusals import UnreadableRange
from octopus.bootstrap.container import Container
from octopus.domain.errors import NotFound
from octopus.domain.run import StepRunView

SHOWN = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".txt": "text/plain; charset=utf-8",
    ".log": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
}
"""Types that a browser may show in place; with `nosniff` they cannot become anything else."""
ATTACHED = "application/octet-stream"
NAME_BYTES = 255
"""The longest name that file systems know."""
ARTIFACT_POLICY = "default-src 'none'; sandbox"
"""Should a browser show one after all, it has no origin and may load nothing."""


async def artifact_response(services: Container, step_run: StepRunView, path: str) -> FileResponse:
    """The file at `path` below the step run's artifacts. NotFound for anything else."""
    if step_run.mlflow_run_id is None or not is_plain(path):
        raise _no_artifact(step_run, path)
    file = await services.tracking.fetch_artifact(step_run.mlflow_run_id, path)
    if not await asyncio.to_thread(Path(file).is_file):
        raise _no_artifact(step_run, path)
    shown = SHOWN.get(PurePosixPath(path).suffix.lower())
    return ArtifactResponse(
        file,
        media_type=shown or ATTACHED,
        filename=PurePosixPath(path).name,
        content_disposition_type="inline" if shown else "attachment",
        headers={"Content-Security-Policy": ARTIFACT_POLICY, "Cache-Control": "private, no-cache"},
    )


class ArtifactResponse(FileResponse):
    """A file whose impossible ranges are problems too; the framework answers them with plain text."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused: list[Message] = []

        async def unless_refused(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 400:
                refused.append(message)
            elif not refused:
                await send(message)

        await super().__call__(scope, receive, unless_refused)
        if refused:
            headers = Headers(raw=refused[0]["headers"])
            kept = {name: headers[name] for name in ("content-range",) if name in headers}
            await problem_response(UnreadableRange("The file has no such part."), kept)(scope, receive, send)


def is_plain(path: str) -> bool:
    """Whether `path` goes down only: `..`, absolute paths, backslashes, drives and control characters never do."""
    parts = path.split("/")
    if any(part in ("", ".", "..") or len(part.encode(errors="replace")) > NAME_BYTES for part in parts):
        return False
    return not any(character == "\\" or ord(character) < 32 or ord(character) == 127 for character in path)


def _no_artifact(step_run: StepRunView, path: str) -> NotFound:
    return NotFound(f"The step {step_run.id!r} has no artifact {path[:200]!r}.")
