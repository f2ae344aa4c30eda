"""Run records and events as tests need them."""

from typing import Any

from octopus.domain.event import EVENT, ArtifactRef, Event
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.results import Fingerprint, StepResultRecord
from octopus.domain.run import RunRecord

AT = "2026-01-01T00:00:00.000Z"


def a_document(name: str = "Iris", steps: int = 0) -> PipelineDocument:
    """A document with `steps` unconnected steps of the type `split`."""
    return PipelineDocument.model_validate(
        {"schema_version": 1, "name": name, "steps": [{"id": f"s{n}", "type": "split"} for n in range(steps)]}
    )


def a_record(run_id: str = "r1", **changes: Any) -> RunRecord:
    record = RunRecord(
        id=run_id, pipeline_id=None, pipeline_version=None, name="Iris", document=a_document(), queued_at=AT
    )
    return record.model_copy(update=changes)


def a_result(
    run_id: str = "r1", step_id: str = "split", fingerprint: str | None = "sha256:aa", **changes: Any
) -> StepResultRecord:
    """What a step run of a pipeline "Iris" that is not saved left behind."""
    record = StepResultRecord(
        fingerprint=Fingerprint(value=fingerprint, parts={"code": "sha256:cc"}),
        run_id=run_id,
        step_id=step_id,
        iteration=1,
        attempt=1,
        pipeline_key="name:Iris",
        type_id="split",
        mlflow_run_id=f"mlflow-{run_id}",
        artifact_uri=f"file:///artifacts/{run_id}",
        outputs_dir=f"/artifacts/{run_id}/out",
        emitted=("train",),
        metrics={"rows": 120.0, "odd": "NaN"},
        artifacts=(ArtifactRef(port="train", path="out/train.parquet", digest="sha256:dd", size_bytes=9),),
        duration_s=1.5,
        finished_at=AT,
    )
    return record.model_copy(update=changes)


def events_of(run_id: str, *kinds: dict[str, Any] | str, after: int = 0) -> list[Event]:
    """One event per entry, numbered from `after` + 1: a kind, or a dict with `kind` and fields."""
    return [
        EVENT.validate_python(
            {"seq": seq, "run_id": run_id, "at": AT, **({"kind": kind} if isinstance(kind, str) else kind)}
        )
        for seq, kind in enumerate(kinds, after + 1)
    ]


QUEUED: dict[str, Any] = {"kind": "run.queued", "steps": ()}
