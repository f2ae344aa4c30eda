"""What travels through the HTTP door: request and response bodies that are not values of the domain already."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import Field, JsonValue, StringConstraints, WithJsonSchema

from octopus.catalog.step_type import StepType
from octopus.domain.base import Label, Name, Value
from octopus.domain.event import ArtifactRef, Event
from octopus.domain.pipeline import BackendName, PipelineRecord, PipelineVersion
from octopus.domain.problem import Problem
from octopus.domain.run import RunSummary, StepRunView
from octopus.features.datasets.dataset import Dataset
from octopus.features.projects.project import Project
from octopus.services.templates import Template

Item = TypeVar("Item")

DOCUMENT_SCHEMA = "PipelineDocumentInput"
"""Name in the OpenAPI components of a document as it may be sent: defaults may be missing."""

DocumentInput = Annotated[
    JsonValue, WithJsonSchema({"type": "object", "x-octopus-ref": DOCUMENT_SCHEMA, "title": "Document"})
]
"""A pipeline document on its way in: any JSON here; the compiler alone says what is wrong with it, and where."""

ImageName = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}$")]
"""A container image with its tag or digest."""

Key = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
"""An id that a client names."""


class Page(Value, Generic[Item]):
    """One page of a list. `next_cursor`: what to ask the next page with; null: this is the last one."""

    items: tuple[Item, ...]
    next_cursor: str | None = None


class ProblemDetails(Value):
    """RFC 9457 problem details: the body of every error. `code`: for programs; `detail`: one sentence for a person;
    `problems`: what exactly is wrong, each pinned by a JSON pointer; `correlation_id`: also in the server's log."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    problems: tuple[Problem, ...] = ()
    correlation_id: str | None = None


class StepTypeList(Page[StepType]):
    """Every step type, in the palette's order."""


class TemplateList(Page[Template]):
    """Every template, the simplest first."""


class PipelineList(Page[PipelineRecord]):
    """Last saved first."""


class CreatePipeline(Value):
    """Exactly one of the two: a document to save, or the id of a template to copy. `name`: in place of its own."""

    document: DocumentInput | None = None
    template: Key | None = None
    name: Name | None = None


class SavePipeline(Value):
    """`message`: gives this version a name."""

    document: DocumentInput
    message: Label = ""


class PipelineVersionList(Page[PipelineVersion]):
    """Newest first."""


class ScopeInput(Value):
    """Which steps to run: `all`; `to`: a step and its ancestors; `only`: a step; `from`: a step and its descendants;
    `failed`: what did not succeed in the run `of_run`, and what follows it. What `only`, `from` and `failed` need from
    before has to be reusable: else 422 `upstream_result_missing` names it."""

    mode: Literal["all", "to", "from", "only", "failed"] = "all"
    step_id: Key | None = None
    of_run: Key | None = None


class PlanRequest(Value):
    """Exactly one of `pipeline_id` and `document`; with scope `failed` neither is needed: the document and parameters
    frozen in that run are run again. `parameters`: over the values of `profile`, over the defaults. `force`: nothing is
    reused."""

    pipeline_id: Key | None = None
    document: DocumentInput | None = None
    parameters: Annotated[dict[str, JsonValue], Field(max_length=1000)] = {}
    profile: Name | None = None
    scope: ScopeInput = ScopeInput()
    force: Annotated[bool, Field(strict=True)] = False


class StartRun(PlanRequest):
    """`backend`: of the steps whose policy names none. Null: that of the run that scope `failed` goes on with; else the
    server's choice, which is warm wherever it can be."""

    backend: BackendName | None = None


class ExportRequest(Value):
    """Exactly one of `pipeline_id` and `document`. `parameters`: over the values of `profile`, over the defaults; they
    are written into the export. `vendor`: a zip archive with the files of the steps' projects beside the export.
    `image`: container image of Kubeflow's steps, with MLflow and what they need; other targets have no use for it."""

    pipeline_id: Key | None = None
    document: DocumentInput | None = None
    to: Literal["python", "bash", "airflow", "kfp"]
    parameters: Annotated[dict[str, JsonValue], Field(max_length=1000)] = {}
    profile: Name | None = None
    vendor: Annotated[bool, Field(strict=True)] = False
    image: ImageName | None = None


class RunList(Page[RunSummary]):
    """Newest first."""


class StepRunList(Page[StepRunView]):
    """Every step run of a run: all iterations and attempts, in the order in which they began."""


class StepStory(Value):
    """What happened to a step and which rule decided it, in words, oldest first."""

    lines: tuple[str, ...]


class EventList(Page[Event]):
    """A run's events in order. `next_cursor`: the `after` of the next page."""


class ForgottenResults(Value):
    """How many results will not be reused any more."""

    forgotten: int


class ArtifactList(Page[ArtifactRef]):
    """Everything a step run left behind."""


class Column(Value):
    name: str
    type: str


class PortPreview(Value):
    """A page of a table. `rows`: one list of JSON values per row, in the order of `columns`; `profile`: per column a
    summary (count, missing, min, max, mean, distinct, histogram)."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[JsonValue, ...], ...]
    total_rows: int
    offset: int
    profile: tuple[dict[str, JsonValue], ...] = ()


class DatasetList(Page[Dataset]):
    """Newest first."""


class ProjectList(Page[Project]):
    """In the order of registration."""


class AddProject(Value):
    """`path`: absolute path of a folder with an MLproject file, on the server's machine. `replace`: put it in the place
    of a project of the same name; the query parameter of this name does the same."""

    path: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=4096)]
    replace: Annotated[bool, Field(strict=True)] = False


class CancelMessage(Value):
    """What a WebSocket client may send."""

    kind: Literal["cancel"]


Responses = dict[int | str, dict[str, Any]]
