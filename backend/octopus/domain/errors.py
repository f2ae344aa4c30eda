"""Every error octopus raises on purpose. `status` is the HTTP status the API answers with; decided here, once.

OctopusError
├── InvalidDocument         422  the document's shape is wrong; carries problems
├── PipelineHasProblems     422  the document cannot be planned or run; carries problems
├── InvalidRequest          422  another part of a request is wrong; carries problems
├── InvalidProject          422  a folder is no MLproject that octopus can run; carries problems
├── DocumentTooNew          409  written by a newer octopus
├── NotFound                404  no such pipeline, run, step, artifact, ...
├── Conflict                409  the request does not fit what is there
├── StaleVersion            412  somebody saved in between
├── PayloadTooLarge         413  a body or an upload is over its limit
├── VersionRequired         428  If-Match is missing
├── QueueFull               503  too many runs are waiting
├── DiskNearlyFull          503  there is no room for what a run leaves behind
├── TrackingUnavailable     503  the MLflow tracking store or its worker process does not answer
├── StorageUnavailable      503  octopus' own database does not answer
│   only in Python, where a program drives octopus:
├── UnknownName             422  no step type, step, port or parameter of that name
├── RunNotSuccessful        409  a run that was waited for failed or was cancelled
├── AccessRefused           401  a server does not accept the access token
└── ServerUnreachable       503  a server does not answer
"""

from collections.abc import Sequence

from octopus.domain.problem import Problem


class OctopusError(Exception):
    """`detail`: one sentence for a person: what is wrong, where, what to do next. `retry_after_s`: when to try again,
    None if trying again will not help."""

    status = 500
    code = "internal_error"
    title = "Something went wrong"
    retry_after_s: int | None = None

    def __init__(self, detail: str, *, problems: Sequence[Problem] = (), code: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.problems = tuple(problems)
        if code is not None:
            self.code = code


class InvalidDocument(OctopusError):
    status, code, title = 422, "invalid_document", "The pipeline document is not valid"


class PipelineHasProblems(OctopusError):
    status, code, title = 422, "pipeline_has_problems", "The pipeline has problems"


class InvalidRequest(OctopusError):
    status, code, title = 422, "invalid_request", "The request is not valid"


class InvalidProject(OctopusError):
    status, code, title = 422, "invalid_project", "The MLproject cannot be used"


class DocumentTooNew(OctopusError):
    status, code, title = 409, "document_too_new", "The document was written by a newer octopus"


class NotFound(OctopusError):
    status, code, title = 404, "not_found", "Not found"


class Conflict(OctopusError):
    status, code, title = 409, "conflict", "The request does not fit the present state"


class StaleVersion(OctopusError):
    status, code, title = 412, "stale_version", "Somebody saved in between"


class PayloadTooLarge(OctopusError):
    status, code, title = 413, "payload_too_large", "The request is too large"


class VersionRequired(OctopusError):
    status, code, title = 428, "version_required", "If-Match is missing"


class QueueFull(OctopusError):
    status, code, title, retry_after_s = 503, "queue_full", "The queue of runs is full", 30


class DiskNearlyFull(OctopusError):
    status, code, title, retry_after_s = 503, "disk_nearly_full", "The disk is nearly full", 60


class TrackingUnavailable(OctopusError):
    status, code, title, retry_after_s = 503, "tracking_unavailable", "MLflow tracking does not answer", 10


class StorageUnavailable(OctopusError):
    status, code, title, retry_after_s = 503, "storage_unavailable", "The database does not answer", 10


class UnknownName(OctopusError, AttributeError):
    """An AttributeError too, so that `hasattr` and completion work on what a name was looked up in."""

    status, code, title = 422, "unknown_name", "There is nothing of this name"


class RunNotSuccessful(OctopusError):
    """`run_id`: the run, whose view, logs and artifacts are there to be looked at."""

    status, code, title = 409, "run_not_successful", "The run did not succeed"

    def __init__(self, detail: str, *, run_id: str) -> None:
        super().__init__(detail)
        self.run_id = run_id


class AccessRefused(OctopusError):
    status, code, title = 401, "access_refused", "The server does not accept the access token"


class ServerUnreachable(OctopusError):
    status, code, title = 503, "server_unreachable", "The server does not answer"
