"""Pipeline: built, loaded, saved, validated, planned and run from Python."""

import asyncio
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self, Unpack

from octopus.bootstrap.settings import cores
from octopus.catalog.step_type import StepType
from octopus.compiler.check import check
from octopus.compiler.describe import PlanView
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.parse import parse
from octopus.domain.pipeline import SCHEMA_VERSION, BackendName, PipelineDocument
from octopus.domain.problem import Problem
from octopus.sdk import document_file
from octopus.sdk.asking import StepName, Wanted, asked, run_of, scope_of
from octopus.sdk.building import Building
from octopus.sdk.client import AsyncClient, Client
from octopus.sdk.here import here
from octopus.sdk.portal import Portal
from octopus.sdk.run import AsyncRun, Run
from octopus.sdk.venue import Asked, Venue
from octopus.services.templates import find_template

DataDir = str | os.PathLike[str]


class Pipeline(Building):
    """A pipeline: steps that hand data on to one another, each executed as a genuine `mlflow run`.

    Args:
        name: What it is called; also the MLflow experiment's name, unless it is configured.
        description: For people.
        step_types: Which steps there are; None: those that come with octopus. `client.step_types()` knows those of
            registered projects too.

    Example:
        >>> import octopus
        >>> p = octopus.Pipeline("Iris")
        >>> load = p.step("ingest", bundled="iris")
        >>> split = p.step("split", data=load["data"], ratios=[0.8, 0, 0.2], target="target")
        >>> train = p.step("train", train=split["train"], algorithm="forest")
        >>> judge = p.step("evaluate", model=train["model"], test=split["test"])
        >>> p.validate()
        ()
        >>> run = p.run()  # doctest: +SKIP
        >>> run.metrics("evaluate")["accuracy"]  # doctest: +SKIP
        0.93
    """

    def __init__(self, name: str, description: str = "", *, step_types: Iterable[StepType] | None = None) -> None:
        value = {"schema_version": SCHEMA_VERSION, "name": name, "description": description}
        super().__init__(parse(value), step_types)

    @classmethod
    def of(
        cls, document: PipelineDocument | Mapping[str, Any], *, step_types: Iterable[StepType] | None = None
    ) -> Self:
        """A pipeline from its document, or from the document as plain JSON values. A document of an older octopus is
        upgraded; steps of unknown types are kept as they are.

        Raises:
            InvalidDocument: With the place of every fault.
            DocumentTooNew: A newer octopus wrote it.
        """
        pipeline = cls.__new__(cls)
        read = document if isinstance(document, PipelineDocument) else parse(dict(document), max_steps=None)
        Building.__init__(pipeline, read, step_types)
        return pipeline

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, step_types: Iterable[StepType] | None = None) -> Self:
        """A pipeline from a file: JSON if its name ends in `.json`, else YAML. Nothing of it is lost.

        Raises:
            NoPipeline: There is no such file, or it is neither JSON nor YAML; a ValueError.
            InvalidDocument: With the place of every fault.
        """
        return cls.of(document_file.read_file(Path(path)), step_types=step_types)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """As `load`, from the text itself."""
        return cls.of(document_file.from_json(text))

    @classmethod
    def from_yaml(cls, text: str) -> Self:
        """As `load`, from the text itself."""
        return cls.of(document_file.from_yaml(text))

    @classmethod
    def from_template(cls, template: str = "iris_hello") -> Self:
        """A copy of a ready pipeline: `iris_hello`, `quality_gate` or `training_pipeline`. NotFound for another."""
        return cls.of(find_template(template).document)

    def to_dict(self) -> dict[str, Any]:
        """The document as plain JSON values, every default filled in."""
        return self.document.model_dump(mode="json")

    def to_json(self) -> str:
        """The document as JSON text."""
        return document_file.to_json(self.to_dict())

    def to_yaml(self) -> str:
        """The document as YAML text."""
        return document_file.to_yaml(self.to_dict())

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the document to a file: YAML if its name ends in `.yaml` or `.yml`, else JSON. `load` gives the same
        pipeline back. Answers the path."""
        file = Path(path)
        is_yaml = file.suffix.lower() in document_file.YAML_SUFFIXES
        file.write_text(self.to_yaml() if is_yaml else self.to_json(), encoding="utf-8")
        return file

    def validate(self) -> tuple[Problem, ...]:
        """What is wrong with the pipeline, each problem with its place; errors keep it from running, warnings do not.
        Empty: it can run. A server knows further step types: `client.validate(pipeline)`."""
        return check(self.document, self.step_types.catalog, MachineSize(cpus=cores()))

    def plan(
        self,
        *,
        parameters: Mapping[str, Any] | None = None,
        profile: str | None = None,
        to: StepName | None = None,
        from_: StepName | None = None,
        only: StepName | None = None,
        force: bool = False,
        client: Client | None = None,
        data_dir: DataDir | None = None,
    ) -> PlanView:
        """What would run, in order, with the exact command lines; what would be reused, and why the rest would not.
        Nothing runs. The arguments are those of `start`.

        Example:
            >>> print(p.plan().steps[0].command)  # doctest: +SKIP
            mlflow run .../octopus/steps --entry-point ingest ...
        """
        venue, portal = _waiting_venue(client, data_dir)
        return portal.call(venue.plan(self._asked(parameters, profile, to, from_, only, force)))

    def start(
        self,
        *,
        parameters: Mapping[str, Any] | None = None,
        profile: str | None = None,
        to: StepName | None = None,
        from_: StepName | None = None,
        only: StepName | None = None,
        force: bool = False,
        backend: BackendName | None = None,
        client: Client | None = None,
        data_dir: DataDir | None = None,
    ) -> Run:
        """Start a run and return at once.

        The run takes place in this process, or at the server that uses the data directory already. If Python ends
        before the run does, steps that run go on, and the rest is taken up by whoever uses the directory next
        (`octopus serve`).

        Args:
            parameters: Values of the pipeline's parameters in this run; over those of `profile`, over the defaults.
            profile: Name of a profile of the pipeline.
            to: Only this step and what it needs.
            from_: This step and what follows; what comes before is taken from earlier results.
            only: This step alone; what comes before is taken from earlier results.
            force: Reuse no earlier result.
            backend: How each `mlflow run` is started, for the steps whose policy names none: `"warm"`, forked from a
                process that has everything imported already, or `"cold"`, as a program of its own. None: warm where it
                can be. A step that could not be warm says why: `run.view().steps[0].backend_reason`.
            client: Run at this server instead.
            data_dir: Where everything is kept. None: `OCTOPUS_DATA_DIR`, or the directory that `octopus serve` uses.

        Raises:
            PipelineHasProblems: With the problems.
            StorageUnavailable: The data directory cannot be used.

        Example:
            >>> run = p.start(parameters={"rows": 100})  # doctest: +SKIP
            >>> for event in run.events():  # doctest: +SKIP
            ...     print(event.kind)
        """
        venue, portal = _waiting_venue(client, data_dir)
        wanted = run_of(self._asked(parameters, profile, to, from_, only, force), backend)
        view = portal.call(venue.start(wanted, None))
        return Run(view.id, venue, portal)

    def run(
        self,
        *,
        parameters: Mapping[str, Any] | None = None,
        profile: str | None = None,
        to: StepName | None = None,
        from_: StepName | None = None,
        only: StepName | None = None,
        force: bool = False,
        backend: BackendName | None = None,
        client: Client | None = None,
        data_dir: DataDir | None = None,
        check: bool = True,
        show: bool | None = None,
    ) -> Run:
        """Start a run and wait for its end: `start`, with its arguments, then `Run.wait`. Ctrl+C cancels the run.

        Args:
            check: Raise if the run does not succeed.
            show: Draw graph and progress in the notebook. None: if there is one.

        Raises:
            RunNotSuccessful: `check` is set, and the run failed or was cancelled.

        Example:
            >>> run = p.run()  # doctest: +SKIP
            >>> model = run.get_artifact("model")  # doctest: +SKIP
        """
        run = self.start(
            parameters=parameters,
            profile=profile,
            to=to,
            from_=from_,
            only=only,
            force=force,
            backend=backend,
            client=client,
            data_dir=data_dir,
        )
        try:
            run.wait(check=check, show=show)
        except KeyboardInterrupt:
            if not run.status().is_terminal:
                run.cancel()
                run.wait(check=False, show=False)
            raise
        return run

    async def plan_async(
        self, *, client: AsyncClient | None = None, data_dir: DataDir | None = None, **wanted: Unpack[Wanted]
    ) -> PlanView:
        """`plan` for `async` programs, with the same arguments."""
        venue, portal = _awaited_venue(client, data_dir)
        work = venue.plan(self._asked(**wanted))
        return await (work if portal is None else portal.hop(work))

    async def start_async(
        self,
        *,
        backend: BackendName | None = None,
        client: AsyncClient | None = None,
        data_dir: DataDir | None = None,
        **wanted: Unpack[Wanted],
    ) -> AsyncRun:
        """`start` for `async` programs, with the same arguments."""
        venue, portal = _awaited_venue(client, data_dir)
        work = venue.start(run_of(self._asked(**wanted), backend), None)
        view = await (work if portal is None else portal.hop(work))
        return AsyncRun(view.id, venue, portal)

    async def run_async(
        self,
        *,
        backend: BackendName | None = None,
        client: AsyncClient | None = None,
        data_dir: DataDir | None = None,
        check: bool = True,
        show: bool | None = None,
        **wanted: Unpack[Wanted],
    ) -> AsyncRun:
        """`run` for `async` programs, with the same arguments. Cancelling the coroutine cancels the run.

        Example:
            >>> run = await p.run_async()  # doctest: +SKIP
            >>> model = await run.get_artifact("model")  # doctest: +SKIP
        """
        run = await self.start_async(backend=backend, client=client, data_dir=data_dir, **wanted)
        try:
            await run.wait(check=check, show=show)
        except asyncio.CancelledError:
            await asyncio.shield(run.cancel())
            raise
        return run

    def _asked(
        self,
        parameters: Mapping[str, Any] | None = None,
        profile: str | None = None,
        to: StepName | None = None,
        from_: StepName | None = None,
        only: StepName | None = None,
        force: bool = False,
    ) -> Asked:
        return asked(self, parameters, profile, scope_of(to, from_, only), force)

    def __eq__(self, other: object) -> bool:
        """Whether the documents are the same."""
        return isinstance(other, Pipeline) and self.document == other.document

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<Pipeline {json.dumps(self.name, ensure_ascii=False)}: {len(self)} steps, {len(self.edges)} edges>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from octopus.sdk.notebook.drawing import drawing

        return {"text/plain": repr(self), "text/html": drawing(self.document, self.step_types)}


def _waiting_venue(client: Client | None, data_dir: DataDir | None) -> tuple[Venue, Portal]:
    if client is not None:
        return client._venue, client._portal
    found = here(data_dir)
    return found, found.portal


def _awaited_venue(client: AsyncClient | None, data_dir: DataDir | None) -> tuple[Venue, Portal | None]:
    if client is not None:
        return client._venue, None
    found = here(data_dir)
    return found, found.portal
