"""What the server asks of MLflow: the port that the tracking worker's client implements, and its fake in tests."""

from typing import Literal, Protocol

from octopus.domain.base import Value
from octopus.domain.event import ArtifactRef, MetricValue

MlflowStatus = Literal["FINISHED", "FAILED", "KILLED"]


class TrackedRun(Value):
    """A new MLflow run. `artifact_dir`: its artifact root as a local path, None if the artifacts lie elsewhere."""

    run_id: str
    experiment_id: str
    artifact_uri: str
    artifact_dir: str | None


class NewRun(Value):
    """`key`: the same key never makes a second MLflow run, however often it is asked for; `may_exist`: also one that an
    earlier server asked for is to be found. `parent_run_id` None: a parent run. `params` and `tags` are text already;
    MLflow keeps at most 6,000 characters of a parameter."""

    key: str
    experiment: str
    name: str
    parent_run_id: str | None = None
    params: dict[str, str] = {}
    tags: dict[str, str] = {}
    may_exist: bool = False


class OutputSpec(Value):
    """An output port as the collector sees it. `passed`: for a port that hands on an input's value, that value.
    `logged`: if the step writes nothing there, its value is all that the step logged to its MLflow run."""

    name: str
    branch: bool
    passed: ArtifactRef | None = None
    logged: bool = False


class Collected(Value):
    """What an attempt left behind. `emitted`: the ports it emitted. `fault`: why the outputs cannot be accepted (two
    files for one port, ...), None if they can."""

    emitted: tuple[str, ...] = ()
    metrics: dict[str, MetricValue] = {}
    artifacts: tuple[ArtifactRef, ...] = ()
    fault: str | None = None


class ArtifactFile(Value):
    """One file below an MLflow run's artifact root. `path` is relative to the root."""

    path: str
    size_bytes: int | None = None


class TablePage(Value):
    """A page of a table. `columns`: name and type, in order; `rows`: JSON values, one list per row; `total_rows` of
    the whole table; `profile`: per column a summary (count, missing, min, max, mean, distinct, histogram)."""

    columns: tuple[dict[str, str], ...]
    rows: tuple[tuple[object, ...], ...]
    total_rows: int
    offset: int
    profile: tuple[dict[str, object], ...] = ()


class Tracking(Protocol):
    """Every method raises TrackingUnavailable if MLflow or the worker does not answer in time. All but `create_run`
    may be repeated at will; `create_run` too, by its key."""

    async def create_run(self, new: NewRun) -> TrackedRun: ...

    async def log_texts(self, run_id: str, texts: dict[str, str]) -> None:
        """Each text becomes the artifact at its path, in place of one that is there. Raises NotFound for an unknown
        run."""
        ...

    async def collect(
        self, run_id: str, outputs_dir: str, outputs: tuple[OutputSpec, ...], *, complete: bool = True
    ) -> Collected:
        """Turn the files in `outputs_dir` into artifacts under `out/` with `out/_manifest.json` (format, schema, rows,
        digest), log `_metrics.json`, and answer them with all metrics of the run. `complete` False, for an attempt that
        did not succeed: no port is emitted, no manifest written, only metrics and other artifacts are answered."""
        ...

    async def close_run(self, run_id: str, status: MlflowStatus) -> None:
        """Set the final status; a run that is already closed with it stays as it is."""
        ...

    async def close_open_runs(self, octopus_run_id: str, status: MlflowStatus) -> None:
        """Close every MLflow run still open that was made for this run, the parent included: after a crash."""
        ...

    async def preview(self, path: str, offset: int, limit: int, with_profile: bool) -> TablePage:
        """A page of the table file at `path` (Parquet, Arrow or CSV). Raises InvalidRequest if it is no table."""
        ...

    async def list_artifacts(self, run_id: str) -> tuple[ArtifactFile, ...]:
        """Every file below the run's artifact root, by path, at most 10,000. Raises NotFound for an unknown run."""
        ...

    async def fetch_artifact(self, run_id: str, path: str) -> str:
        """Local path of an artifact (file or folder); downloaded once where the artifacts are remote. Raises NotFound
        if there is none or `path` leads out of the run's artifacts."""
        ...

    async def fetch_uri(self, uri: str) -> str:
        """Local path of what `ArtifactRef.uri` names: a port handed on from another step. Never call it with a URI
        that a client sent."""
        ...

    async def run_url(self, experiment_id: str, run_id: str) -> str | None:
        """Where a person sees the run: `/mlflow/#/...` here, or on the remote tracking server."""
        ...


RUN_TAG = "octopus.run_id"
"""Tag of every MLflow run made for a run, the parent included."""
KEY_TAG = "octopus.key"
"""Tag that holds NewRun.key."""
