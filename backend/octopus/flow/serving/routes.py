"""The calls of a flow's page: what is drawn, start a run, follow it, stop it. No GET changes anything."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Depends, Header, Request
from pydantic import BaseModel, ConfigDict
from starlette.responses import Response

from octopus.api.security.protection import token_required
from octopus.domain.errors import NotFound
from octopus.flow.event_stream import EventStream
from octopus.flow.serving.hosted import HostedFlow
from octopus.flow.serving.page import FlowView, flow_view

router = APIRouter()

LastEventId = Annotated[str | None, Header(max_length=16, pattern=r"^[0-9]+$")]


class PageAnswer(BaseModel):
    title: str
    flows: tuple[FlowView, ...]


class RunAnswer(BaseModel):
    """`run`: its id. `status`: running, success, error or cancelled."""

    run: str
    status: str


class RunsAnswer(BaseModel):
    """The newest first."""

    items: list[RunAnswer]


class StartRequest(BaseModel):
    """`context`: what the handlers find in their `context`, besides what the program put there."""

    model_config = ConfigDict(extra="forbid")

    context: dict[str, Any] = {}


def _hosted(request: Request, graph_id: str) -> HostedFlow:
    flows: dict[str, HostedFlow] = request.app.state.flows
    if graph_id not in flows:
        raise NotFound(f"There is no flow {graph_id!r} here, only {', '.join(map(repr, flows)) or 'none'}.")
    return flows[graph_id]


Hosted = Annotated[HostedFlow, Depends(_hosted)]


@router.get("/api/flows")
@token_required
async def get_flows(request: Request) -> PageAnswer:
    """What is drawn."""
    state = request.app.state
    flows = tuple(flow_view(hosted.editor, state.palettes) for hosted in state.flows.values())
    return PageAnswer(title=state.title, flows=flows)


@router.get("/execute/{graph_id}")
@token_required
async def list_runs(hosted: Hosted) -> RunsAnswer:
    """The runs of a flow that this server still remembers."""
    return RunsAnswer(items=[RunAnswer(run=run.id, status=run.status) for run in hosted.runs])


@router.post("/execute/{graph_id}", status_code=201)
@token_required
async def start_run(hosted: Hosted, body: Annotated[StartRequest | None, Body()] = None) -> RunAnswer:
    """Start a run; follow it at `GET /execute/{graph_id}/{run}`."""
    run = hosted.start((body or StartRequest()).context)
    return RunAnswer(run=run.id, status=run.status)


@router.get("/execute/{graph_id}/{run_id}", response_class=EventStream)
@token_required
async def follow_run(hosted: Hosted, run_id: str, last_event_id: LastEventId = None) -> Response:
    """The run's messages from its beginning, or from what the client has, to its end: nodeStatus, edgeStatus, and last
    complete or error. A client that has them all is told so (204), or it would ask for ever."""
    run = hosted.run(run_id)
    seen = int(last_event_id or 0)
    if run.is_over and seen >= run.message_count:
        return Response(status_code=204)
    return EventStream(run.follow(after=seen))


@router.post("/execute/{graph_id}/{run_id}/cancel", status_code=202)
@token_required
async def cancel_run(hosted: Hosted, run_id: str) -> RunAnswer:
    """Ask a run to end; its last message tells when it has."""
    run = hosted.run(run_id)
    run.cancel("stopped by hand")
    return RunAnswer(run=run.id, status=run.status)
