"""InMemoryTracking: MLflow as a few dictionaries, for tests that must not wait for it. Proven equal to the real thing
by tests/contract. Looks at output files only by name and size: it knows no formats."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from octopus.domain.errors import NotFound, TrackingUnavailable
from octopus.domain.event import ArtifactRef, MetricValue
from octopus.domain.tracking import (
    RUN_TAG,
    ArtifactFile,
    Collected,
    MlflowStatus,
    NewRun,
    OutputSpec,
    TablePage,
    TrackedRun,
)


@dataclass(frozen=True, slots=True)
class FakeRun:
    """`status` RUNNING until it is closed."""

    tracked: TrackedRun
    new: NewRun
    status: str = "RUNNING"
    metrics: dict[str, MetricValue] = field(default_factory=dict)


class InMemoryTracking:
    """`runs`: by MLflow run id, in the order they were made. `is_down`: every call raises TrackingUnavailable."""

    def __init__(self, artifact_root: Path) -> None:
        self._root = artifact_root
        self.runs: dict[str, FakeRun] = {}
        self.is_down = False

    async def create_run(self, new: NewRun) -> TrackedRun:
        self._answer()
        for run in self.runs.values():
            if run.new.key == new.key:
                return run.tracked
        run_id = uuid4().hex
        directory = self._root / run_id / "artifacts"
        tracked = TrackedRun(
            run_id=run_id,
            experiment_id="1",
            artifact_uri=directory.as_uri(),
            artifact_dir=str(directory),
        )
        self.runs[run_id] = FakeRun(tracked, new)
        return tracked

    async def log_texts(self, run_id: str, texts: dict[str, str]) -> None:
        self._answer()
        root = Path(self._run(run_id).tracked.artifact_dir or "")
        for path, text in texts.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text, "utf-8")

    async def collect(
        self, run_id: str, outputs_dir: str, outputs: tuple[OutputSpec, ...], *, complete: bool = True
    ) -> Collected:
        self._answer()
        run, folder = self._run(run_id), Path(outputs_dir)
        run = self.runs[run_id] = replace(run, metrics={**run.metrics, **_extra_metrics(folder)})
        found = {spec.name: _candidates(folder, spec.name) for spec in outputs}
        if doubled := [name for name, paths in found.items() if complete and len(paths) > 1]:
            return Collected(metrics=run.metrics, fault=f"The output port {doubled[0]} was written twice.")
        if any(not path.name.isprintable() for paths in found.values() for path in paths):
            return Collected(metrics=run.metrics, fault="The name of an output is no UTF-8.")
        chosen = [spec for spec in outputs if complete and (found[spec.name] or not spec.branch)]
        refs = tuple(_ref(spec, next(iter(found[spec.name]), folder / spec.name)) for spec in chosen)
        if complete:
            _write_manifest(folder, refs)
        return Collected(emitted=tuple(spec.name for spec in chosen), metrics=run.metrics, artifacts=refs)

    async def close_run(self, run_id: str, status: MlflowStatus) -> None:
        self._answer()
        self.runs[run_id] = replace(self._run(run_id), status=status)

    async def close_open_runs(self, octopus_run_id: str, status: MlflowStatus) -> None:
        self._answer()
        for run_id, run in self.runs.items():
            if run.new.tags.get(RUN_TAG) == octopus_run_id and run.status == "RUNNING":
                self.runs[run_id] = replace(run, status=status)

    async def preview(self, path: str, offset: int, limit: int, with_profile: bool) -> TablePage:
        self._answer()
        return TablePage(columns=(), rows=(), total_rows=0, offset=offset)

    async def list_artifacts(self, run_id: str) -> tuple[ArtifactFile, ...]:
        self._answer()
        return _files(Path(self._run(run_id).tracked.artifact_dir or ""))

    async def fetch_artifact(self, run_id: str, path: str) -> str:
        self._answer()
        if (found := _inside(Path(self._run(run_id).tracked.artifact_dir or ""), path)) is None:
            raise NotFound(f"There is no artifact {path!r}.")
        return str(found)

    async def fetch_uri(self, uri: str) -> str:
        self._answer()
        return uri.removeprefix("file://")

    async def run_url(self, experiment_id: str, run_id: str) -> str | None:
        return f"/mlflow/#/experiments/{experiment_id}/runs/{run_id}"

    def _answer(self) -> None:
        if self.is_down:
            raise TrackingUnavailable("MLflow tracking is down.")

    def _run(self, run_id: str) -> FakeRun:
        if run_id not in self.runs:
            raise NotFound(f"MLflow has no run {run_id}.")
        return self.runs[run_id]


def _extra_metrics(folder: Path) -> dict[str, MetricValue]:
    path = folder / "_metrics.json"
    found: dict[str, MetricValue] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return found


def _write_manifest(folder: Path, refs: tuple[ArtifactRef, ...]) -> None:
    ports = {ref.port: ref.model_dump(exclude={"port"}) for ref in refs}
    (folder / "_manifest.json").write_text(json.dumps({"version": 1, "ports": ports}), "utf-8")


def _files(root: Path) -> tuple[ArtifactFile, ...]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return tuple(ArtifactFile(path=f.relative_to(root).as_posix(), size_bytes=f.stat().st_size) for f in files)


def _inside(root: Path, path: str) -> Path | None:
    found = (root / path).resolve()
    return found if found.is_relative_to(root.resolve()) and found != root.resolve() and found.exists() else None


def _candidates(folder: Path, port: str) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.name.partition(".")[0] == port]


def _ref(spec: OutputSpec, path: Path) -> ArtifactRef:
    path.touch()
    content = path.read_bytes() if path.is_file() else b""
    if spec.passed is not None and not content:
        return spec.passed.model_copy(update={"port": spec.name, "path": f"out/{path.name}"})
    return ArtifactRef(
        port=spec.name,
        path=f"out/{path.name}",
        digest=f"sha256:{hashlib.sha256(content).hexdigest()}",
        size_bytes=len(content),
        format=path.suffix.removeprefix(".") or None,
    )
