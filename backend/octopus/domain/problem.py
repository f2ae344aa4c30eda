"""Problems: what is wrong with a document, each pinned to the place where it is shown."""

from enum import StrEnum
from typing import Literal

from octopus.domain.base import Value

Severity = Literal["error", "warning"]


class ProblemCode(StrEnum):
    """Every problem the compiler can find; docs/problems.md explains each."""

    NOTHING_TO_RUN = "nothing_to_run"
    UNKNOWN_STEP_TYPE = "unknown_step_type"
    MISSING_PARAMETER = "missing_parameter"
    INVALID_DEFAULT = "invalid_default"
    INVALID_PROFILE = "invalid_profile"
    MALFORMED_REFERENCE = "malformed_reference"
    UNKNOWN_REFERENCE = "unknown_reference"
    REFERENCE_NOT_UPSTREAM = "reference_not_upstream"
    INVALID_PARAMETER = "invalid_parameter"
    UNKNOWN_PARAMETER = "unknown_parameter"
    INVALID_CODE = "invalid_code"
    MISSING_ARGUMENT = "missing_argument"
    FORBIDDEN_PLACE = "forbidden_place"
    PARAMETERS_TOO_LARGE = "parameters_too_large"
    UNKNOWN_PORT = "unknown_port"
    PORT_TYPE_MISMATCH = "port_type_mismatch"
    PORT_TAKEN = "port_taken"
    MISSING_INPUT = "missing_input"
    DUPLICATE_EDGE = "duplicate_edge"
    CYCLE = "cycle"
    SELF_LOOP = "self_loop"
    LOOP_TARGET_NOT_UPSTREAM = "loop_target_not_upstream"
    LOOP_OVERLAP = "loop_overlap"
    RESOURCES_EXCEED_MACHINE = "resources_exceed_machine"
    NOT_SUPPORTED_YET = "not_supported_yet"
    DISCONNECTED_STEP = "disconnected_step"


class FaultCode(StrEnum):
    """Every structural fault: the document is refused as a whole, nothing is stored; docs/problems.md explains each."""

    WRONG_SHAPE = "wrong_shape"
    MISSING_FIELD = "missing_field"
    UNKNOWN_FIELD = "unknown_field"
    OVER_LIMIT = "over_limit"
    DUPLICATE_STEP_ID = "duplicate_step_id"
    DUPLICATE_EDGE_ID = "duplicate_edge_id"
    UNKNOWN_STEP = "unknown_step"


class RequestCode(StrEnum):
    """Everything that can be wrong with what is asked of a document that is right; docs/problems.md explains each."""

    UNKNOWN_PROFILE = "unknown_profile"
    UNKNOWN_PIPELINE_PARAMETER = "unknown_pipeline_parameter"
    INVALID_PIPELINE_PARAMETER = "invalid_pipeline_parameter"
    MISSING_PARAMETER_VALUE = "missing_parameter_value"
    INVALID_SCOPE = "invalid_scope"
    UNKNOWN_SCOPE_STEP = "unknown_scope_step"


class Problem(Value):
    """`pointer`: JSON pointer into the document, like `/steps/2/params/ratios`. `step_id`, `port`, `edge_id` None:
    the problem is not about one. `code`: a ProblemCode, the FaultCode of a structural fault, or the RequestCode or
    another code of what is wrong with the rest of a request; then the pointer leads into the request."""

    code: str
    severity: Severity = "error"
    message: str
    pointer: str = ""
    step_id: str | None = None
    port: str | None = None
    edge_id: str | None = None
