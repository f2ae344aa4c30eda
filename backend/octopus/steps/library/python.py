"""python: a function of the user's own."""

import contextlib
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple

from pydantic import JsonValue

from octopus.steps.modelling.saved import MLMODEL, SavedModel
from octopus.steps.runtime.attempt import card, current
from octopus.steps.runtime.declare import Anything, Doc, Param, step
from octopus.steps.runtime.own_code import own_function
from octopus.steps.runtime.port_files import write_value

FUNCTION = "run"
TABLES = (".parquet", ".arrow", ".feather")
SHOWN_CHARACTERS = 5000
NO_ARGUMENTS: Mapping[str, JsonValue] = MappingProxyType({})
EXAMPLE = '''def run(*inputs):
    """Gets what is connected, in the order of the edges; returns what is handed on."""
    for value in inputs:
        print(type(value).__name__)
    return inputs[0] if inputs else None
'''


class Returned(NamedTuple):
    output: Annotated[Anything, Doc("What the function returned.")]


@step(
    title="Python",
    category="Own code",
    colour="generic",
    icon="Code",
    summary=("file",),
)
def python(
    inputs: Annotated[
        list[Anything] | None, Doc("Handed to the function one by one, in the order of the edges.")
    ] = None,
    code: Annotated[
        str,
        Param("Code", "Python source with a function run(*inputs) that returns what is handed on.", widget="code"),
    ] = EXAMPLE,
    file: Annotated[
        str | None,
        Param("File", "A .py file with that function, on this machine; used instead of the code.", data=True),
    ] = None,
    arguments: Annotated[
        Mapping[str, JsonValue],
        Param("Arguments", 'Handed to the function by name, such as {"limit": 5}.', widget="json"),
    ] = NO_ARGUMENTS,
) -> Returned:
    """Runs a function of your own in a process of its own.

    A table arrives as a pandas DataFrame, JSON as its value, a scikit-learn model ready to predict, everything else as
    a pathlib.Path. A DataFrame, JSON values, a fitted scikit-learn estimator and the Path of a file or folder can be
    returned. What it prints goes to the log; `from octopus.steps import card, log_metric, progress` reports more.
    Relative paths belong to a scratch folder that is empty at the start and gone at the end. If it reads or changes
    anything besides its inputs, switch off reuse in the step's policy.
    """
    function = _function(code, file)
    values = [loaded(path) for path in inputs or []]
    print(f"{FUNCTION}({', '.join([*(type(one).__name__ for one in values), *(f'{name}=...' for name in arguments)])})")
    with tempfile.TemporaryDirectory(prefix="octopus-python-") as scratch, contextlib.chdir(scratch):
        value = function(*values, **arguments)
        written = write_value("any", "output", _absolute(value), current().outputs)
    _show(value, written)
    return Returned(written)


def _function(code: str, file: str | None) -> Callable[..., Any]:
    if not file:
        return own_function(code, "code", FUNCTION)
    path = Path(file).expanduser()
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {file!r}")
    return own_function(path.read_text(encoding="utf-8"), str(path), FUNCTION)


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


def _show(value: Any, written: Path) -> None:
    if written.suffix in TABLES:
        _show_table(_table(written))
    elif written.suffix == ".json" and not isinstance(value, Path):
        text = written.read_text(encoding="utf-8")
        card().markdown(f"Returned\n\n```json\n{text[:SHOWN_CHARACTERS]}\n```")
    else:
        card().markdown(f"Returned `{written.name}` ({type(value).__name__})")


def _show_table(table: Any) -> None:
    from octopus.steps.tables.profile import show_table

    show_table(card(), table, "Returned")
