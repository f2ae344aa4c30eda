"""The files an attempt left in OCTOPUS_OUTPUTS -> artifacts under `out/` of its MLflow run, with a manifest that is
written last: an attempt without one is not whole."""

import json
import math
import time
from pathlib import Path

from mlflow import MlflowClient
from mlflow.entities import FileInfo, Metric, Run
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository

from octopus.domain.event import ArtifactRef, MetricValue
from octopus.domain.tracking import Collected, OutputSpec
from octopus.tracking.worker.digests import digest, size_bytes
from octopus.tracking.worker.formats import Format, UnreadableTable, format_of
from octopus.tracking.worker.logged import gather
from octopus.tracking.worker.outputs import MANIFEST, METRICS, Fault, Written, extra_metrics, is_text, written
from octopus.tracking.worker.runs import get_run, local_directory

OUT = "out"
"""Folder of the ports' values among a run's artifacts."""
_METRICS_AT_ONCE = 1000
_OTHERS_LIMIT = 100
"""Other artifacts that are named in the results; all of them are in the list of files."""


class Collector:
    """Works with local and remote artifact roots alike."""

    def __init__(self, client: MlflowClient) -> None:
        self._client = client

    def collect(self, run: Run, outputs_dir: Path, outputs: list[OutputSpec], complete: bool) -> Collected:
        fault, ports = None, dict[str, ArtifactRef]()
        try:
            if metrics := extra_metrics(outputs_dir):
                self._log_metrics(run.info.run_id, metrics)
                run = get_run(self._client, run.info.run_id)
            if complete:
                ports = self._ports(run, outputs_dir, outputs)
        except (Fault, UnreadableTable) as error:
            fault = str(error)
        self._upload_the_rest(run, outputs_dir)
        return Collected(
            emitted=() if fault else tuple(ports),
            metrics={name: _json_number(value) for name, value in run.data.metrics.items()},
            artifacts=(*ports.values(), *self._others(run, ports, complete and fault is None)),
            fault=fault,
        )

    def _ports(self, run: Run, outputs_dir: Path, outputs: list[OutputSpec]) -> dict[str, ArtifactRef]:
        """The artifact of every port that the attempt emitted, in the step type's order."""
        outputs_dir.mkdir(parents=True, exist_ok=True)
        found, refs, entries = written(outputs_dir, outputs), dict[str, ArtifactRef](), dict[str, object]()
        for spec in outputs:
            if spec.branch and spec.name not in found.ports:
                continue
            path = found.ports.get(spec.name) or self._unwritten(run, spec, outputs_dir / spec.name)
            refs[spec.name], entries[spec.name] = _entry(spec, path)
        self._upload(run, outputs_dir, found)
        manifest = outputs_dir / MANIFEST
        manifest.write_text(json.dumps({"version": 1, "ports": entries}, ensure_ascii=False, indent=1), "utf-8")
        if local_directory(run.info.artifact_uri) is None:
            self._client.log_artifact(run.info.run_id, str(manifest), OUT)
        return refs

    def _unwritten(self, run: Run, spec: OutputSpec, path: Path) -> Path:
        """The value of a port that the step did not write."""
        logged = gather(self._client, run, path, without=OUT) if spec.logged else None
        return logged or _bare_signal(path)

    def _upload(self, run: Run, outputs_dir: Path, found: Written) -> None:
        """The ports' values, where the artifact root is not on this machine."""
        if local_directory(run.info.artifact_uri) is None:
            for path in sorted(outputs_dir.iterdir()):
                if path in found.ports.values() or not path.name.startswith("_"):
                    self._log(run.info.run_id, path)

    def _upload_the_rest(self, run: Run, outputs_dir: Path) -> None:
        """Cards and the like."""
        if local_directory(run.info.artifact_uri) is None and outputs_dir.is_dir():
            for path in sorted(outputs_dir.glob("_*")):
                if path.name != MANIFEST:
                    self._log(run.info.run_id, path)

    def _log(self, run_id: str, path: Path) -> None:
        if path.is_dir():
            self._client.log_artifacts(run_id, str(path), f"{OUT}/{path.name}")
        else:
            self._client.log_artifact(run_id, str(path), OUT)

    def _log_metrics(self, run_id: str, metrics: dict[str, float]) -> None:
        now_ms = int(time.time() * 1000)
        values = [Metric(name, value, now_ms, 0) for name, value in metrics.items()]
        try:
            for start in range(0, len(values), _METRICS_AT_ONCE):
                self._client.log_batch(run_id, metrics=values[start : start + _METRICS_AT_ONCE])
        except MlflowException as error:
            if error.error_code == "INVALID_PARAMETER_VALUE":
                raise Fault(f"MLflow does not accept {METRICS}: {error.message}") from error
            raise

    def _others(self, run: Run, ports: dict[str, ArtifactRef], complete: bool) -> list[ArtifactRef]:
        """Artifacts that are no port's value: what the step logged to MLflow itself, its card, other files. Of an
        attempt that is not complete nobody knows whether a file that looks like a port's value is whole."""
        values = {ref.path for ref in ports.values()}
        entries = [entry for entry in self._files(run) if entry.path != OUT]
        for entry in self._files(run, OUT):
            name = entry.path.rpartition("/")[2]
            if entry.path not in values and name not in (MANIFEST, METRICS) and (complete or name.startswith("_")):
                entries.append(entry)
        return [_other(entry) for entry in entries if is_text(entry.path)][:_OTHERS_LIMIT]

    def _files(self, run: Run, path: str | None = None) -> list[FileInfo]:
        """The client would look up the run once more, and then in the same folder."""
        if local_directory(run.info.artifact_uri) is not None:
            return list(LocalArtifactRepository(run.info.artifact_uri).list_artifacts(path))
        return list(self._client.list_artifacts(run.info.run_id, path))


def _bare_signal(path: Path) -> Path:
    path.touch()
    return path


def _entry(spec: OutputSpec, path: Path) -> tuple[ArtifactRef, dict[str, object]]:
    """A port's artifact and what the manifest says of it. An empty file at a port that hands on an input's value is the
    mark that it was chosen: the value is the input's, by reference."""
    if spec.passed is not None and path.is_file() and path.stat().st_size == 0:
        ref = spec.passed.model_copy(update={"port": spec.name, "path": f"{OUT}/{path.name}"})
        return ref, ref.model_dump(exclude={"port"})
    form = Format(None) if path.is_file() and path.stat().st_size == 0 else format_of(path)
    ref = ArtifactRef(
        port=spec.name,
        path=f"{OUT}/{path.name}",
        digest=digest(path),
        size_bytes=size_bytes(path),
        format=form.name,
        rows=form.rows,
    )
    columns = [{"name": name, "type": kind} for name, kind in form.columns] if form.columns is not None else None
    return ref, {**ref.model_dump(exclude={"port"}), "schema": columns}


def _other(entry: FileInfo) -> ArtifactRef:
    suffix = Path(entry.path).suffix.removeprefix(".").lower()
    return ArtifactRef(path=entry.path, size_bytes=entry.file_size, format="folder" if entry.is_dir else suffix or None)


def _json_number(value: float) -> MetricValue:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
