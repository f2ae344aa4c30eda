"""Parameters that several calls share, each with its limits."""

from typing import Annotated

from fastapi import Depends, Header, Path, Query
from starlette.requests import HTTPConnection

from octopus.bootstrap.container import Container

MAX_SEQ = 2**53 - 1
"""Largest integer that JavaScript reads exactly."""

ThingId = Annotated[str, Path(min_length=1, max_length=64)]
StepIdPath = Annotated[str, Path(min_length=1, max_length=64, description="Id of a step of the run.")]
PortPath = Annotated[str, Path(min_length=1, max_length=64, description="Name of an output port of the step.")]
VersionNumber = Annotated[int, Path(ge=1, le=2**31 - 1)]

Limit = Annotated[int, Query(ge=1, le=200, description="Items on a page, at most.")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next_cursor` of the page before.")]
After = Annotated[int, Query(ge=0, le=MAX_SEQ, description="Only events after this seq.")]
Iteration = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="The latest if not said.")]
Attempt = Annotated[int | None, Query(ge=1, le=2**31 - 1, description="The latest if not said.")]
IfMatch = Annotated[str | None, Header(max_length=200, description="The ETag of the version this change is based on.")]
IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description="Makes the call repeatable: the same key with the same body starts nothing twice.",
    ),
]


def container_of(connection: HTTPConnection) -> Container:
    """The services behind this app."""
    container: Container = connection.app.state.container
    return container


Services = Annotated[Container, Depends(container_of)]
