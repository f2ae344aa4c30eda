"""What `Client` and `AsyncClient` share: every call of a server's REST API, described once."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import JsonValue

from octopus.bootstrap.health import Health
from octopus.catalog.step_type import StepType
from octopus.compiler.describe import PlanView
from octopus.domain.pipeline import BackendName, PipelineDocument, PipelineRecord, PipelineVersion
from octopus.domain.problem import Problem
from octopus.domain.run import RunSummary
from octopus.features.datasets.dataset import Dataset
from octopus.features.projects.project import Project
from octopus.sdk.asking import Documentable, asked, document_of, run_of, scope_of
from octopus.sdk.at_server import AtServer, as_json, read
from octopus.sdk.both import both
from octopus.sdk.http import Http
from octopus.sdk.run import RunCalls
from octopus.services.templates import Template

if TYPE_CHECKING:
    from octopus.sdk.pipeline import Pipeline

R = TypeVar("R", bound=RunCalls[Any])


class ClientCalls(Generic[R]):
    """Every call raises the errors of `octopus.OctopusError` with the server's `detail`, `code` and `problems`;
    ServerUnreachable if it does not answer."""

    def __init__(self, http: Http, portal: Any) -> None:
        self._http = http
        self._portal: Any = portal
        self._venue = AtServer(http)

    @property
    def url(self) -> str:
        """Of the server, without a slash at the end."""
        return self._http.url

    def _run(self, run_id: str) -> R:
        raise AssertionError("each client makes handles of its own kind")

    @both
    async def health(self) -> Health:
        """How the server and what it stands on are."""
        return read(Health, await self._http.json("GET", "/health"))

    @both
    async def step_types(self) -> tuple[StepType, ...]:
        """Every step type, those of registered projects included, in the palette's order."""
        return tuple(read(StepType, one) for one in (await self._http.json("GET", "/step-types"))["items"])

    @both
    async def templates(self) -> tuple[Template, ...]:
        """Ready pipelines, the simplest first."""
        return tuple(read(Template, one) for one in (await self._http.json("GET", "/templates"))["items"])

    @both
    async def pipelines(self, query: str = "", *, limit: int | None = None) -> tuple[PipelineRecord, ...]:
        """Saved pipelines, the last saved first.

        Args:
            query: Part of the name.
            limit: How many at most; None: all.
        """
        return tuple(read(PipelineRecord, one) for one in await self._http.items("/pipelines", {"query": query}, limit))

    @both
    async def get_pipeline(self, pipeline_id: str, *, version: int | None = None) -> PipelineRecord:
        """A saved pipeline: its `document`, and the `version` that `save_pipeline` wants back. None: the newest."""
        path = f"/pipelines/{pipeline_id}" + ("" if version is None else f"/versions/{version}")
        return read(PipelineRecord, await self._http.json("GET", path))

    @both
    async def create_pipeline(
        self, document: "Documentable | None" = None, *, template: str | None = None, name: str | None = None
    ) -> PipelineRecord:
        """Save a new pipeline.

        Args:
            document: A `Pipeline` or a document. Problems of the drawing keep nothing from being saved.
            template: Instead: id of a template to copy.
            name: In place of its own.
        """
        body = {"document": None if document is None else as_json(document_of(document)), "template": template}
        body |= {"name": name}
        return read(PipelineRecord, await self._http.json("POST", "/pipelines", json=body))

    @both
    async def save_pipeline(
        self, pipeline_id: str, document: "Documentable", *, version: int, message: str = ""
    ) -> PipelineRecord:
        """Save a new version.

        Args:
            pipeline_id: Id of the saved pipeline.
            document: A `Pipeline` or a document.
            version: The version that the change is based on.
            message: Gives the new version a name.

        Raises:
            StaleVersion: Somebody saved in between; nothing was changed.
        """
        body = {"document": as_json(document_of(document)), "message": message}
        path, headers = f"/pipelines/{pipeline_id}", _if_match(version)
        return read(PipelineRecord, await self._http.json("PUT", path, json=body, headers=headers))

    @both
    async def delete_pipeline(self, pipeline_id: str, *, version: int) -> None:
        """Delete a pipeline with its history; its runs stay. StaleVersion if somebody saved after `version`."""
        await self._http.json("DELETE", f"/pipelines/{pipeline_id}", headers=_if_match(version))

    @both
    async def pipeline_versions(self, pipeline_id: str, *, limit: int | None = None) -> tuple[PipelineVersion, ...]:
        """The history of a pipeline, newest first."""
        found = await self._http.items(f"/pipelines/{pipeline_id}/versions", {}, limit)
        return tuple(read(PipelineVersion, one) for one in found)

    @both
    async def restore_pipeline(self, pipeline_id: str, version: int) -> PipelineRecord:
        """Save an old version again, as the newest one."""
        path = f"/pipelines/{pipeline_id}/versions/{version}/restore"
        return read(PipelineRecord, await self._http.json("POST", path))

    @both
    async def duplicate_pipeline(self, pipeline_id: str) -> PipelineRecord:
        """A copy with an id and a history of its own."""
        return read(PipelineRecord, await self._http.json("POST", f"/pipelines/{pipeline_id}/duplicate"))

    @both
    async def forget_results(self, pipeline_id: str, step: str) -> int:
        """Reuse no earlier result of a step any more; answers how many there were."""
        answer = await self._http.json("DELETE", f"/pipelines/{pipeline_id}/steps/{step}/results")
        return int(answer["forgotten"])

    @both
    async def validate(self, document: "Documentable") -> tuple[Problem, ...]:
        """What is wrong with a pipeline, by the server's own step types; empty: it can run."""
        return await self._venue.validate(document_of(document))

    @both
    async def plan(
        self,
        pipeline: "str | Documentable",
        *,
        parameters: Mapping[str, JsonValue] | None = None,
        profile: str | None = None,
        to: str | None = None,
        from_: str | None = None,
        only: str | None = None,
        force: bool = False,
    ) -> PlanView:
        """What would run, in order, with the exact command lines; what would be reused, and why the rest would not.
        The arguments are those of `start`."""
        return await self._venue.plan(asked(pipeline, parameters, profile, scope_of(to, from_, only), force))

    @both
    async def start(
        self,
        pipeline: "str | Documentable",
        *,
        parameters: Mapping[str, JsonValue] | None = None,
        profile: str | None = None,
        to: str | None = None,
        from_: str | None = None,
        only: str | None = None,
        force: bool = False,
        backend: BackendName | None = None,
        key: str | None = None,
    ) -> R:
        """Start a run; it exists, durably, when this returns.

        Args:
            pipeline: Id of a saved pipeline, a `Pipeline`, or a document.
            parameters: Values of the pipeline's parameters in this run; over those of `profile`, over the defaults.
            profile: Name of a profile of the pipeline.
            to: Only this step and what it needs.
            from_: This step and what follows; what comes before is taken from earlier results.
            only: This step alone; what comes before is taken from earlier results.
            force: Reuse no earlier result.
            backend: `"cold"` or `"warm"`, for the steps whose policy names none; None: the server's choice.
            key: The same key with the same arguments starts nothing twice.

        Raises:
            PipelineHasProblems: With the problems.
            QueueFull: Too many runs are waiting.
        """
        wanted = asked(pipeline, parameters, profile, scope_of(to, from_, only), force)
        return self._run((await self._venue.start(run_of(wanted, backend), key)).id)

    @both
    async def run(
        self,
        pipeline: "str | Documentable",
        *,
        parameters: Mapping[str, JsonValue] | None = None,
        profile: str | None = None,
        to: str | None = None,
        from_: str | None = None,
        only: str | None = None,
        force: bool = False,
        backend: BackendName | None = None,
        check: bool = True,
        show: bool | None = None,
    ) -> R:
        """Start a run and wait for its end: `start`, then `wait` of the run, whose arguments these are.

        Raises:
            RunNotSuccessful: `check` is set, and the run failed or was cancelled.
        """
        wanted = asked(pipeline, parameters, profile, scope_of(to, from_, only), force)
        run = self._run((await self._venue.start(run_of(wanted, backend), None)).id)
        await run._waited(None, check, show)
        return run

    @both
    async def runs(
        self, *, pipeline_id: str | None = None, status: str | None = None, limit: int | None = 50
    ) -> tuple[RunSummary, ...]:
        """Runs, the newest first; `limit` None: all."""
        found = await self._http.items("/runs", {"pipeline_id": pipeline_id, "status": status}, limit)
        return tuple(read(RunSummary, one) for one in found)

    @both
    async def get_run(self, run_id: str) -> R:
        """A handle on a run. NotFound if there is none."""
        return self._run((await self._venue.view(run_id)).id)

    @both
    async def delete_run(self, run_id: str) -> None:
        """Forget an ended run and its logs; what MLflow has of it stays. Conflict while it has not ended."""
        await self._http.json("DELETE", f"/runs/{run_id}")

    @both
    async def datasets(self) -> tuple[Dataset, ...]:
        """Uploaded files, the newest first."""
        return tuple(read(Dataset, one) for one in await self._http.items("/datasets", {}, None))

    @both
    async def upload_dataset(self, path: "str | Path", *, name: str | None = None) -> Dataset:
        """Upload a file; its `location` is what the step `ingest` takes. `name`: shown instead of the file's own."""
        file = Path(path)
        content = await asyncio.to_thread(file.read_bytes)
        sent = {"file": (name or file.name, content, "application/octet-stream")}
        return read(Dataset, await self._http.json("POST", "/datasets", files=sent))

    @both
    async def delete_dataset(self, dataset_id: str) -> None:
        """Delete an uploaded file."""
        await self._http.json("DELETE", f"/datasets/{dataset_id}")

    @both
    async def projects(self) -> tuple[Project, ...]:
        """Registered MLflow projects with their step types."""
        return tuple(read(Project, one) for one in (await self._http.json("GET", "/projects"))["items"])

    @both
    async def add_project(self, path: "str | Path", *, replace: bool = False) -> Project:
        """Register a folder with an MLproject, on the server's machine; its entry points become step types named
        `<project>/<entry point>`.

        Raises:
            InvalidProject: It is none that octopus can run; `problems` says why.
            Conflict: There is one of this name, and `replace` is not set.
        """
        body = {"path": str(path), "replace": replace}
        return read(Project, await self._http.json("POST", "/projects", json=body))

    @both
    async def remove_project(self, project_id: str) -> None:
        """Forget a project; its folder is not touched."""
        await self._http.json("DELETE", f"/projects/{project_id}")

    @both
    async def load_pipeline(self, pipeline_id: str) -> "Pipeline":
        """A saved pipeline, to be changed in Python; it knows the server's step types."""
        from octopus.sdk.pipeline import Pipeline

        record = await self._http.json("GET", f"/pipelines/{pipeline_id}")
        types = (await self._http.json("GET", "/step-types"))["items"]
        document = read(PipelineDocument, record["document"])
        return Pipeline.of(document, step_types=[read(StepType, one) for one in types])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.url}>"


def _if_match(version: int) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}
