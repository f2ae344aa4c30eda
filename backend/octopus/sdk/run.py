"""Run: a handle on one run, wherever it takes place: watch it, wait for it, stop it, read what it left behind."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from octopus.compiler.wording import did_you_mean, names
from octopus.domain.errors import RunNotSuccessful, UnknownName
from octopus.domain.event import ArtifactRef, Event, LogBatch, MetricValue
from octopus.domain.run import RunView, StepRunView
from octopus.domain.status import RunStatus, StepStatus
from octopus.sdk.artifact_values import is_table, load_value
from octopus.sdk.both import Awaited, Waiting, both, both_iterate
from octopus.sdk.here import here
from octopus.sdk.notebook.live import live_display
from octopus.sdk.portal import Portal
from octopus.sdk.recipes import is_recipes_name, place_of
from octopus.sdk.venue import Attempt, Venue

if TYPE_CHECKING:
    import pandas

R = TypeVar("R")
LOG_PAGE = 5000
_RAN = frozenset({StepStatus.SUCCEEDED, StepStatus.REUSED})


class RunCalls(Generic[R]):
    """What `Run` and `AsyncRun` share. `id` is the run's, in every door of octopus."""

    def __init__(self, run_id: str, venue: Venue, portal: Portal | None) -> None:
        self.id = run_id
        self._venue = venue
        self._portal: Any = portal
        self._seen: RunView | None = None

    def _other(self, run_id: str) -> R:
        """A handle of the same kind on another run."""
        kind: Any = type(self)
        other: R = kind(run_id, self._venue, self._portal)
        return other

    @both
    async def view(self) -> RunView:
        """The run as it is now: its status, every step, the frozen document, where it stands in MLflow.

        Example:
            >>> run.view().steps[0].status  # doctest: +SKIP
            <StepStatus.SUCCEEDED: 'succeeded'>
        """
        return await self._look()

    @both
    async def status(self) -> RunStatus:
        """`queued`, `running`, `cancelling`, `succeeded`, `failed` or `cancelled`; a `str` as well."""
        return (await self._look()).status

    @both
    async def wait(self, timeout_s: float | None = None, *, check: bool = True, show: bool | None = None) -> RunView:
        """Wait until the run has ended.

        Args:
            timeout_s: Seconds to wait at most; the run itself goes on after that. None: as long as it takes.
            check: Raise if the run does not succeed.
            show: Draw graph and progress in the notebook. None: if there is one.

        Returns:
            The run as it ended.

        Raises:
            RunNotSuccessful: `check` is set, and the run failed or was cancelled.
            TimeoutError: It has not ended in time.
        """
        return await self._waited(timeout_s, check, show)

    @both_iterate
    async def events(self, after: int = 0, *, logs: bool = False) -> AsyncGenerator[Event | LogBatch, None]:
        """Everything that happens, from the beginning and then live, until the run has ended. A connection that breaks
        is made again; nothing is missed and nothing comes twice.

        Args:
            after: Only events whose `seq` is larger.
            logs: Also what the steps print, as `LogBatch`es (`kind` is `log`).

        Example:
            >>> for event in run.events():  # doctest: +SKIP
            ...     print(event.seq, event.kind)
        """
        async with aclosing(self._venue.follow(self.id, after)) as items:
            async for item in items:
                if logs or not isinstance(item, LogBatch):
                    yield item

    @both
    async def cancel(self) -> RunView:
        """Ask the run to stop; returns at once. Repeating it changes nothing.

        Raises:
            Conflict: The run has ended.
        """
        return await self._venue.cancel(self.id)

    @both
    async def resume(self) -> R:
        """Start a new run of what did not succeed in this one, with its document and parameters.

        Raises:
            Conflict: The run has not ended, or has succeeded.
        """
        return self._other((await self._venue.resume(self.id)).id)

    @both
    async def step_runs(self) -> tuple[StepRunView, ...]:
        """Every execution of every step, all iterations and attempts, in the order in which they began."""
        return await self._venue.step_runs(self.id)

    @both
    async def metrics(self, step: str | None = None) -> dict[str, Any]:
        """What was measured: of `step` its metrics by name; without it per step id those of its latest execution. NaN
        and infinities are the texts "NaN", "Infinity" and "-Infinity".

        Raises:
            UnknownName: The run has no such step.
        """
        view = await self._look()
        found: dict[str, dict[str, MetricValue]] = {one.id: dict(one.metrics) for one in view.steps}
        if step is None:
            return dict(found)
        return dict(found[_known(view, step).id])

    @both
    async def log(self, step: str, *, iteration: int | None = None, attempt: int | None = None, query: str = "") -> str:
        """What a step printed, stdout and stderr in order, as one text.

        Args:
            step: Id of the step.
            iteration: Of its iterations; None: the latest.
            attempt: Of its attempts; None: the latest.
            query: Only lines with this text; capitals do not matter.
        """
        which, lines, after = Attempt(iteration=iteration, attempt=attempt), list[str](), 0
        while True:
            page = await self._venue.log(self.id, step, which, after_line=after, limit=LOG_PAGE, query=query)
            lines += [line.text for line in page.lines]
            if len(page.lines) < LOG_PAGE:
                return "".join(f"{line}\n" for line in lines)
            after = page.lines[-1].n

    @both
    async def artifacts(self, step: str) -> tuple[ArtifactRef, ...]:
        """Everything that the latest execution of `step` left behind."""
        return _known(await self._look(), step).artifacts

    @both
    async def get_path(
        self, step: str, port: str | None = None, *, iteration: int | None = None, attempt: int | None = None
    ) -> Path:
        """The file or folder that a step emitted at a port, on this machine. Of a server it is downloaded into a
        temporary folder, which goes with this handle. Arguments and errors are those of `get_artifact`."""
        return await self._path(step, port, Attempt(iteration=iteration, attempt=attempt))

    @both
    async def get_artifact(
        self, step: str, port: str | None = None, *, iteration: int | None = None, attempt: int | None = None
    ) -> Any:
        """What a step emitted at a port: a table as a pandas DataFrame, a model as the fitted model, metrics, params
        and reports as their JSON value, anything else as the `Path` of its file or folder. Loading a model executes
        what whoever made it has put there; `get_path` loads nothing.

        Args:
            step: Id of a step; or one of MLflow Recipes' names: `ingested_data`, `training_data`, `validation_data`,
                `test_data`, `transformed_training_data`, `transformed_validation_data`, `transformer`, `model`,
                `registered_model_version`, found by the type of the step. A step of that id wins.
            port: Name of the output port. None: the only one the step emitted.
            iteration: Of its iterations; None: the latest.
            attempt: Of its attempts; None: the latest.

        Raises:
            UnknownName: No such step or port; the message lists those there are.
            NotFound: The step has emitted nothing there.

        Example:
            >>> model = run.get_artifact("train", "model")  # doctest: +SKIP
            >>> table = run.get_artifact("training_data")  # doctest: +SKIP
        """
        path = await self._path(step, port, Attempt(iteration=iteration, attempt=attempt))
        return await asyncio.to_thread(load_value, path)

    @both
    async def get_table(self, step: str, port: str | None = None) -> "pandas.DataFrame":
        """As `get_artifact`, for a table.

        Raises:
            TypeError: It is something else.
        """
        path = await self._path(step, port, Attempt())
        if not is_table(path):
            raise TypeError(f"{step}.{port or ''} is no table: {path.name}")
        return await asyncio.to_thread(load_value, path)

    async def _waited(self, timeout_s: float | None, check: bool, show: bool | None) -> RunView:
        """`wait`, for other coroutines."""
        async with asyncio.timeout(timeout_s):
            await self._watch(show)
        view = await self._look()
        if check and view.status is not RunStatus.SUCCEEDED:
            raise RunNotSuccessful(f"Run {self.id} {view.status}{_because(view)}.", run_id=self.id)
        return view

    async def _look(self) -> RunView:
        self._seen = await self._venue.view(self.id)
        return self._seen

    async def _watch(self, show: bool | None) -> None:
        display = live_display(show)
        if display is not None:
            display.begin(await self._look())
        async with aclosing(self._venue.follow(self.id, 0)) as items:
            async for item in items:
                if display is not None and not isinstance(item, LogBatch):
                    display.hear(item)
        if display is not None:
            display.end()

    async def _path(self, step: str, port: str | None, which: Attempt) -> Path:
        view = await self._look()
        if all(one.id != step for one in view.steps) and port is None and is_recipes_name(step):
            step, port = place_of(step, view.document, [one.id for one in view.steps if one.status in _RAN])
        found = _known(view, step)
        return await self._venue.port_file(self.id, step, port or _only_port(found), which)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}{f' {self._seen.status}' if self._seen else ''}>"


class Run(RunCalls["Run"], Waiting):
    """A run. Every call waits for its answer; `AsyncRun` is the same for `async` programs."""

    @classmethod
    def find(cls, run_id: str, data_dir: str | os.PathLike[str] | None = None) -> Self:
        """A run of a data directory, of this process or of any other before it.

        Args:
            run_id: Its id.
            data_dir: Where it is kept. None: `OCTOPUS_DATA_DIR`, or the directory that `octopus serve` uses.

        Raises:
            NotFound: There is none of this id.
        """
        venue = here(data_dir)
        view = venue.portal.call(venue.view(run_id))
        return cls(view.id, venue, venue.portal)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from octopus.sdk.notebook.run_page import run_page

        view = self.view()
        return {"text/plain": repr(self), "text/html": run_page(view)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        """Leaving the block early cancels the run."""
        if failure[0] is not None and not self.view().status.is_terminal:
            self.cancel()


class AsyncRun(RunCalls["AsyncRun"], Awaited):
    """A run, for `async` programs: every call is awaited, `events` is iterated with `async for`."""


def _because(view: RunView) -> str:
    return f": {view.reason}" if view.reason else ""


def _known(view: RunView, step: str) -> StepRunView:
    found = next((one for one in view.steps if one.id == step), None)
    if found is None:
        every = [one.id for one in view.steps]
        raise UnknownName(f"The run has no step `{step}`{did_you_mean(step, every)} It has {names(every)}.")
    return found


def _only_port(step: StepRunView) -> str:
    ports = [one.port for one in step.artifacts if one.port is not None]
    if len(ports) != 1:
        has = f"It has emitted {names(ports)}." if ports else "It has emitted nothing."
        raise UnknownName(f"Name an output port of the step `{step.id}`. {has}")
    return ports[0]
