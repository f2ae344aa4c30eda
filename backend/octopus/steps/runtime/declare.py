"""The words in which a step's author declares it: the `step` decorator, `Param`, `Doc` and the port annotations.

A port's annotation says what the function receives or returns, and what travels along the edge:

    Dataset      a pandas DataFrame                          Parquet file
    Model        a SavedModel (folder, loaded on demand)     MLflow Model folder
    Transformer  a SavedModel whose estimator transforms     MLflow Model folder
    Metrics      dict of names to numbers                    JSON file
    Params       dict of names to JSON values                JSON file
    Report       a JSON object                               JSON file
    File, Anything   a pathlib.Path                          any file

`Dataset | None = None` is an optional input, `list[Dataset]` takes several edges. Every other argument is a parameter.
`list[Dataset] | None = None` several or none. An `Anything` that is returned may also be a table, a fitted scikit-learn
estimator or JSON values: it is saved by its type.
A step that is declared with `ports_from` runs a function of the user's: its `OwnPorts` receives the paths at the ports
of that function by name, and it returns `OwnOutputs`, the files that it has written for its output ports itself.
The function returns a NamedTuple whose fields are the output ports (`pass_` is the port `pass`). A field annotated
`Annotated[bool, Branch(of="model")]` is a branch: True hands the input `model` on, False closes the branch.
`Annotated[Params | None, Branch()]` is a branch with a value of its own: None closes it.

Besides JSON Schema's own words a parameter's form may say:

    x-widget        how it is edited: code, column, columns, dataset, json
    x-octopus-data  true: its value names data outside of the pipeline (one per line: a path, a pattern, a folder,
                    `dataset:<name>`); their content counts when octopus decides whether a result can be reused. What
                    cannot be read that way, such as a web address or a query, is unknown: the step always runs.
    x-octopus-literal  true: its text stands for itself; what looks like a reference in it is none
    x-pattern-help  a sentence for whoever wrote a value that does not match `pattern`; with it the pattern also counts
                    for text with references in it, whatever will stand in their place
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field

PortTypeName = Literal["dataset", "model", "transformer", "metrics", "params", "report", "file", "any"]
ColourRoleName = Literal["io", "transform", "model", "decision", "retry", "generic"]
Widget = Literal["code", "column", "columns", "dataset", "json"]


@dataclass(frozen=True, slots=True)
class Port:
    """`own`: stands for all ports of a function of the user's."""

    type: PortTypeName
    own: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """`of`: the input port that this output hands on without a copy; None: the branch has a value of its own."""

    of: str | None = None


@dataclass(frozen=True, slots=True)
class Doc:
    """One sentence about a port."""

    text: str


Dataset: TypeAlias = Annotated[Any, Port("dataset")]
Model: TypeAlias = Annotated[Any, Port("model")]
Transformer: TypeAlias = Annotated[Any, Port("transformer")]
Metrics: TypeAlias = Annotated[Any, Port("metrics")]
Params: TypeAlias = Annotated[Any, Port("params")]
Report: TypeAlias = Annotated[Any, Port("report")]
File: TypeAlias = Annotated[Any, Port("file")]
Anything: TypeAlias = Annotated[Any, Port("any")]


OwnPorts: TypeAlias = Annotated[Mapping[str, Path | list[Path]], Port("any", own=True)]
OwnOutputs: TypeAlias = Annotated[Mapping[str, Path], Port("any", own=True)]
OWN_OUTPUT = "output"
"""The output port of a user's function that names no others."""


NOTHING_MORE: Mapping[str, str] = MappingProxyType({})


def Param(  # noqa: N802
    title: str,
    help: str,
    *,
    widget: Widget | None = None,
    data: bool = False,
    literal: bool = False,
    form: Mapping[str, str] = NOTHING_MORE,
    **limits: Any,
) -> Any:
    """A parameter's title and help in the form. `limits`: pydantic's ge, gt, le, min_length, max_length, pattern.
    `data`: x-octopus-data. `literal`: x-octopus-literal. `form`: words of the form that the server checks and the step
    does not."""
    extra: Any = {
        **({"x-widget": widget} if widget else {}),
        **({"x-octopus-data": True} if data else {}),
        **({"x-octopus-literal": True} if literal else {}),
        **form,
    }
    return Field(title=title, description=help, json_schema_extra=extra or None, **limits)


@dataclass(frozen=True, slots=True)
class PortsFrom:
    """The parameters that decide the ports of each step: source code with a function, the path of a file with it that
    is used instead, and values for its parameters by name."""

    code: str
    file: str
    arguments: str


@dataclass(frozen=True, slots=True)
class StepFunction:
    """A declared step. `function` is what runs; everything else is for the palette and the form. `ports_from` not None:
    the declared ports stand for those of the user's function, and the step writes its outputs itself."""

    function: Callable[..., Any]
    title: str
    category: str
    colour: ColourRoleName
    icon: str
    summary: tuple[str, ...]
    pure: bool
    ports_from: PortsFrom | None = None

    @property
    def name(self) -> str:
        return self.function.__name__.rstrip("_")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)


def step(
    *,
    title: str,
    category: str,
    colour: ColourRoleName,
    icon: str,
    summary: tuple[str, ...] = (),
    pure: bool = True,
    ports_from: PortsFrom | None = None,
) -> Callable[[Callable[..., Any]], StepFunction]:
    """Declares a function as a step. `icon`: a Material icon's name. `summary`: parameters shown on the card.
    `pure` False: the step has effects outside its outputs. `ports_from`: each step has ports of its own."""

    def declare(function: Callable[..., Any]) -> StepFunction:
        return StepFunction(function, title, category, colour, icon, summary, pure, ports_from)

    return declare
