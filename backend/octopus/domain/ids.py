"""Identifiers. Each is a plain string at run time and its own type to the checker."""

from typing import Annotated, NewType

from pydantic import Field

PipelineId = NewType("PipelineId", str)
RunId = NewType("RunId", str)
MlflowRunId = NewType("MlflowRunId", str)

IDENTIFIER_PATTERN = r"^[a-z][a-z0-9_]{0,63}$"
STEP_TYPE_PATTERN = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}(/[A-Za-z0-9_][A-Za-z0-9_.-]{0,63})?$"

StepId = Annotated[str, Field(pattern=IDENTIFIER_PATTERN, strict=True)]
"""Id of a step within its pipeline."""
PortName = Annotated[str, Field(pattern=IDENTIFIER_PATTERN, strict=True)]
"""Name of a port of a step type."""
StepTypeId = Annotated[str, Field(pattern=STEP_TYPE_PATTERN, strict=True)]
"""Id of a step type: `split`, or `<project>/<entry point>` for one of an imported MLproject."""
EdgeId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$", strict=True)]
"""Id of an edge within its pipeline."""
