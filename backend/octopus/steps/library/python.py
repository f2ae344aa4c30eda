"""python: a function of the user's own."""

import contextlib
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from pydantic import JsonValue

from octopus.steps.modelling.saved import MLMODEL, SavedModel
from octopus.steps.runtime.attempt import card, current
from octopus.steps.runtime.declare import OWN_OUTPUT, Doc, OwnOutputs, OwnPorts, Param, PortsFrom, step
from octopus.steps.runtime.own_call import IN_ORDER, by_port, call, takes_in_order, wants_paths
from octopus.steps.runtime.own_code import own_function
from octopus.steps.runtime.port_files import write_value

FUNCTION = "run"
TABLES = (".parquet", ".arrow", ".feather")
SHOWN_CHARACTERS = 5000
NO_ARGUMENTS: Mapping[str, JsonValue] = MappingProxyType({})
NOTHING_ARRIVED: Mapping[str, Path | list[Path]] = MappingProxyType({})
EXAMPLE = '''def run(*inputs):
    """Gets what is connected, in the order of the edges; returns what is handed on."""
    for value in inputs:
        print(type(value).__name__)
    return inputs[0] if inputs else None
'''


@step(
    title="Python",
    category="Own code",
    colour="generic",
    icon="Code",
    summary=("file",),
    ports_from=PortsFrom(code="code", file="file", arguments="arguments"),
)
def python(
    inputs: Annotated[OwnPorts, Doc("Handed to the function one by one, in the order of the edges.")] = NOTHING_ARRIVED,
    code: Annotated[
        str,
        Param(
            "Code",
            "Python source with a function run. Its parameters are the step's input ports: *inputs takes any number of "
            "edges, table=None is optional. One annotated as a plain value (limit: int) is an argument. What it "
            "returns is handed on; annotated with a NamedTuple of the code, field by field.",
            widget="code",
            literal=True,
        ),
    ] = EXAMPLE,
    file: Annotated[
        str | None,
        Param("File", "A .py file with that function, on this machine; used instead of the code.", data=True),
    ] = None,
    arguments: Annotated[
        Mapping[str, JsonValue],
        Param("Arguments", 'Handed to the function by name, such as {"limit": 5}.', widget="json"),
    ] = NO_ARGUMENTS,
) -> Annotated[OwnOutputs, Doc("What the function returned.")]:
    """Runs a function of your own in a process of its own.

    The step has the ports of its function: a parameter is an input port, `*inputs` one that takes any number of edges,
    `table=None` one that may be left open. A parameter annotated `int`, `float`, `str`, `bool`, `list` or `dict`, with
    a plain default such as `limit=5`, or after a `*` is an argument instead. Annotated `-> Parts`, a
    `class Parts(NamedTuple)` in the code, it has one output port per field, and a field annotated `... | None` is a
    branch that is taken if it is not None. A `DataFrame` or a model in an annotation is the type of the port.

    A table arrives as a pandas DataFrame, JSON as its value, a scikit-learn model ready to predict, everything else as
    a pathlib.Path; for a parameter annotated `Path` nothing is loaded. A DataFrame, JSON values, a fitted scikit-learn
    estimator and the Path of a file or folder can be returned. What it prints goes to the log;
    `from octopus.steps import card, log_metric, progress` reports more. `${` in the code means nothing to octopus.
    Relative paths belong to a scratch folder that is empty at the start and gone at the end. If it reads or changes
    anything besides its inputs, switch off reuse in the step's policy.
    """
    function = _function(code, file)
    named = _loaded(inputs, wants_paths(function))
    in_order = named.pop(IN_ORDER, []) if isinstance(inputs.get(IN_ORDER), list) and takes_in_order(function) else []
    print(f"{FUNCTION}({', '.join([*map(_kind, in_order), *_said(named), *(f'{name}=...' for name in arguments)])})")
    with tempfile.TemporaryDirectory(prefix="octopus-python-") as scratch, contextlib.chdir(scratch):
        returned = by_port(function, call(function, {**named, **arguments}, in_order))
        written = {
            port: write_value("any", port, _absolute(value), current().outputs) for port, value in returned.items()
        }
    for port, value in returned.items():
        _show(port, value, written[port])
    return written


def _function(code: str, file: str | None) -> Callable[..., Any]:
    if not file:
        return own_function(code, "code", FUNCTION)
    path = Path(file).expanduser()
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {file!r}")
    return own_function(path.read_text(encoding="utf-8"), str(path), FUNCTION)


def _loaded(arrived: Mapping[str, Path | list[Path]], as_paths: frozenset[str]) -> dict[str, Any]:
    return {
        port: [_value(port, path, as_paths) for path in paths]
        if isinstance(paths, list)
        else _value(port, paths, as_paths)
        for port, paths in arrived.items()
    }


def _value(port: str, path: Path, as_paths: frozenset[str]) -> Any:
    if not path.exists():
        raise FileNotFoundError(f"input {port}: {path} does not exist")
    return path if port in as_paths else loaded(path)


def loaded(path: Path) -> Any:
    """The value at a port, by its format. A model of another kind than scikit-learn's stays a path."""
    if (path / MLMODEL).is_file():
        model = SavedModel(path)
        return model.load() if "sklearn" in model.document.get("flavors", {}) else path
    if path.suffix in TABLES:
        return _table(path)
    return json.loads(path.read_text(encoding="utf-8")) if path.suffix == ".json" else path


def _table(path: Path) -> Any:
    """Imported here: a function that handles no table need not wait for pandas."""
    from octopus.steps.tables.files import read_table

    return read_table(path)


def _absolute(value: Any) -> Any:
    return value.absolute() if isinstance(value, Path) else value


def _kind(value: Any) -> str:
    return type(value).__name__


def _said(named: Mapping[str, Any]) -> list[str]:
    return [
        f"{name}={', '.join(map(_kind, value)) if isinstance(value, list) else _kind(value)}"
        for name, value in named.items()
    ]


def _show(port: str, value: Any, written: Path) -> None:
    what = "Returned" if port == OWN_OUTPUT else f"Returned at `{port}`"
    if written.suffix in TABLES:
        _show_table(_table(written), what)
    elif written.suffix == ".json" and not isinstance(value, Path):
        text = written.read_text(encoding="utf-8")
        card().markdown(f"{what}\n\n```json\n{text[:SHOWN_CHARACTERS]}\n```")
    else:
        card().markdown(f"{what} `{written.name}` ({_kind(value)})")


def _show_table(table: Any, title: str) -> None:
    from octopus.steps.tables.profile import show_table

    show_table(card(), table, title)
