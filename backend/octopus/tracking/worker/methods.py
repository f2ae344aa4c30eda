"""The worker's methods by name: JSON in, JSON out. The names are those of domain.tracking.Tracking."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mlflow.entities import RunInfo

from octopus.domain.tracking import MlflowStatus, NewRun, OutputSpec
from octopus.tracking.worker import inspect
from octopus.tracking.worker.artifacts import Artifacts
from octopus.tracking.worker.collect import Collector
from octopus.tracking.worker.runs import MlflowRuns, get_run
from octopus.tracking.worker.store import open_store

_SEEN_LIMIT = 1000
"""Runs that were collected and are still to be closed, of which it is remembered how they stand."""


def methods(tracking_uri: str, artifact_root: str, cache_dir: str) -> dict[str, Callable[..., Any]]:
    """Opens the tracking store: its tables exist afterwards."""
    client = open_store(tracking_uri)
    runs = MlflowRuns(client, tracking_uri, Path(artifact_root))
    artifacts = Artifacts(client, Path(cache_dir))
    collector = Collector(client)

    def create_run(new: dict[str, Any], again: bool) -> Any:
        return runs.create(NewRun.model_validate(new), again).model_dump()

    seen: dict[str, RunInfo] = {}

    def collect(run_id: str, outputs_dir: str, outputs: list[dict[str, Any]], complete: bool) -> Any:
        run = get_run(client, run_id)
        collected = collector.collect(run, Path(outputs_dir), [OutputSpec.model_validate(o) for o in outputs], complete)
        seen[run_id] = run.info
        if len(seen) > _SEEN_LIMIT:
            del seen[next(iter(seen))]
        return collected.model_dump()

    def close_run(run_id: str, status: MlflowStatus) -> None:
        runs.close(run_id, status, seen.pop(run_id, None))

    def preview(path: str, offset: int, limit: int, with_profile: bool) -> Any:
        return inspect.preview(Path(path), offset, limit, with_profile).model_dump()

    def list_artifacts(run_id: str) -> Any:
        return [file.model_dump() for file in artifacts.files(run_id)]

    return {
        "create_run": create_run,
        "log_texts": artifacts.log_texts,
        "collect": collect,
        "close_run": close_run,
        "close_open_runs": runs.close_open,
        "preview": preview,
        "list_artifacts": list_artifacts,
        "fetch_artifact": artifacts.fetch,
        "fetch_uri": artifacts.fetch_uri,
    }
