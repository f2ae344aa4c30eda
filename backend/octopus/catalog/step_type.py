"""StepType: one entry of the palette."""

from typing import Literal

from pydantic import JsonValue

from octopus.domain.base import Value
from octopus.domain.ids import StepTypeId
from octopus.domain.ports import InputPort, OutputPort

ColourRole = Literal["io", "transform", "model", "decision", "retry", "generic"]
"""Green input/output, blue transform, purple model, yellow decision, pink retry, grey anything else."""


EnvManager = Literal["local", "uv", "virtualenv", "conda"]
"""As in `mlflow run --env-manager`; local: octopus' own environment."""


class PortsFrom(Value):
    """Names of the parameters that decide a step's ports: `code` holds Python source with a function, `file` the path
    of a file with it, which counts instead if it is given; `arguments` hands it values by name."""

    code: str
    file: str
    arguments: str


class StepType(Value):
    """What the API answers for GET /step-types.

    `params_schema`: a JSON Schema (2020-12) of type object, `additionalProperties: false`, with a default for every
    parameter that is not required. `pure` False: it has effects outside its outputs and is never repeated by itself.
    `summary`: names of the parameters shown under the title on the card, most telling first. `unavailable`: why
    steps of this type cannot run now (its project's folder is gone); None: they can. `ports_from`: each step has ports
    of its own, read off a function of the user's; the ports here are those of a function that cannot be read. None:
    every step has these ports.
    """

    id: StepTypeId
    title: str
    category: str
    colour: ColourRole
    icon: str
    doc: str
    inputs: tuple[InputPort, ...] = ()
    outputs: tuple[OutputPort, ...] = ()
    params_schema: dict[str, JsonValue]
    summary: tuple[str, ...] = ()
    pure: bool = True
    reuse: bool = True
    unavailable: str | None = None
    ports_from: PortsFrom | None = None


class ProjectEnvironment(Value):
    """A Python environment that a project wants to itself. `kind`: what MLflow calls its declaration; `file`: where in
    the project's folder that is, None: nothing is declared, so that the environment is an empty one. `manager`: what is
    to build it, None: whatever can."""

    kind: Literal["python_env", "conda_env"] = "python_env"
    file: str | None = None
    manager: EnvManager | None = None


class EntryPoint(Value):
    """Where a step type's code is: an MLflow Project's folder (absolute path on this machine) and an entry point in it.
    `command`: as its MLproject writes it, part of the fingerprint. `is_foreign`: registered by a user; its files are
    snapshotted for a run. `uri_ports`: input ports whose parameter MLflow wants as a URI, not as a path.
    `artifacts_port`: the output port that hands on all that the step logged to its MLflow run, None if there is none.
    `environment` None: it runs in octopus' own. Never sent to a browser."""

    project_dir: str
    name: str
    command: str = ""
    is_foreign: bool = False
    uri_ports: tuple[str, ...] = ()
    artifacts_port: str | None = None
    environment: ProjectEnvironment | None = None


class Place(Value):
    """A parameter that names a file or an address. `base`: the folder that relative paths start at; `roots`: a path
    must lie in one of these folders. All are absolute paths on this machine."""

    parameter: str
    kind: Literal["path", "uri"]
    base: str
    roots: tuple[str, ...]


class CatalogEntry(Value):
    """A step type with the code behind it, and what its parameters may point to. `source_roots`: absolute paths of the
    folders below which a file with a user's function is read for its ports."""

    step_type: StepType
    entry_point: EntryPoint
    places: tuple[Place, ...] = ()
    source_roots: tuple[str, ...] = ()
