"""A pipeline as a program of its own: a script, or a pipeline of Airflow or Kubeflow."""

import asyncio

from fastapi import APIRouter, Response

from octopus.api.parameters import Services
from octopus.api.requested import requested
from octopus.api.responses import problems
from octopus.api.schemas import ExportRequest, PlanRequest, Responses
from octopus.api.security.protection import token_required
from octopus.bootstrap.container import Container
from octopus.compiler.plan import Plan
from octopus.features.export.export import export
from octopus.features.export.exported import DEFAULT_IMAGE, Exported, ExportOptions
from octopus.features.export.vendored import archive

router = APIRouter(tags=["exports"])

_FILE: Responses = {
    200: {
        "description": "The file, as an attachment: text, or with `vendor` a zip archive",
        "content": {
            "text/plain": {"schema": {"type": "string"}},
            "application/zip": {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


@router.post("/export", response_class=Response, responses={**_FILE, **problems(404, 409, body=True)})
@token_required
async def export_pipeline(services: Services, body: ExportRequest) -> Response:
    """The pipeline as a Python or bash script of its `mlflow run` commands, as an Airflow DAG, or as a Kubeflow
    pipeline. What the target cannot express is refused with `cannot_be_exported`, the step and the reason. Nothing is
    stored and nothing runs."""
    plan = PlanRequest(
        pipeline_id=body.pipeline_id, document=body.document, parameters=body.parameters, profile=body.profile
    )
    wanted = await (await requested(services, plan)).plan(services)
    exported, packed = await asyncio.to_thread(_made, services, body, wanted)
    if packed is None:
        return _attachment(exported.text.encode(), "text/plain; charset=utf-8", exported.filename)
    return _attachment(packed, "application/zip", f"{exported.stem}.zip")


def _made(services: Container, body: ExportRequest, plan: Plan) -> tuple[Exported, bytes | None]:
    options = ExportOptions(
        vendored=body.vendor,
        image=body.image or DEFAULT_IMAGE,
        datasets_dir=str(services.data_directory.path / "datasets"),
    )
    exported = export(plan, body.to, options)
    return exported, archive(plan, exported) if body.vendor else None


def _attachment(content: bytes, media_type: str, name: str) -> Response:
    """`name` is made of letters, digits, `_` and `.`."""
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
