"""What the Tab key offers: step types, runs, pipelines, and what a pipeline's file names.

Only reads what lies on this machine, starts nothing and changes nothing. Whoever presses Tab wants no error message:
what cannot be read offers nothing. Names and labels are those of a stranger's document, and go into a command line that
a shell is going to obey (zsh evaluates the words beside them, too): nothing that means something to it gets there.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import typer

from octopus.bootstrap.database_url import database_path
from octopus.bootstrap.settings import DEFAULT_DATA_DIR
from octopus.domain.errors import OctopusError
from octopus.domain.status import RunStatus
from octopus.sdk.document_file import read_file
from octopus.store.data_directory import DATABASE_NAME

_MOST = 50
"""More are no help."""
_PATIENCE_S = 0.2
_RUNS = "SELECT id, name || ', ' || status FROM runs ORDER BY number DESC LIMIT ?"
_PIPELINES = "SELECT id, name FROM pipelines ORDER BY updated_at DESC LIMIT ?"
_DOCUMENT = "SELECT document FROM runs WHERE id LIKE ? ORDER BY number DESC LIMIT 1"

_HARMLESS = re.compile(r"\w[\w./@:+=-]*")
_SAID_CHARACTERS = 200
_OBEYED = frozenset("\\\"'`$[]{}<>|&;!*?#~^")
"""In a word on an offer: by a shell, or as markup."""

Offer = tuple[str, Any]
"""What may be typed, and a word on it."""


def _offered(
    offers: Callable[[typer.Context], Iterator[Offer]],
) -> Callable[[typer.Context, str], list[tuple[str, str]]]:
    def complete(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        try:
            fitting = [(value, said) for value, said in offers(ctx) if value.startswith(incomplete)]
            return [(value, _one_line(said)) for value, said in fitting if _HARMLESS.fullmatch(value)]
        except (OSError, ValueError, LookupError, AttributeError, TypeError, sqlite3.Error, OctopusError):
            return []

    return complete


@_offered
def steps(ctx: typer.Context) -> Iterator[Offer]:
    """Steps of the pipeline in the file that was typed before."""
    for step in _document(ctx)["steps"]:
        yield step["id"], step.get("label") or step["type"]


@_offered
def parameters(ctx: typer.Context) -> Iterator[Offer]:
    """`name=` of the pipeline's parameters."""
    for name, parameter in _document(ctx).get("parameters", {}).items():
        yield f"{name}=", parameter.get("description") or parameter.get("type", "")


@_offered
def profiles(ctx: typer.Context) -> Iterator[Offer]:
    for name in _document(ctx).get("profiles", {}):
        yield name, ""


@_offered
def step_types(ctx: typer.Context) -> Iterator[Offer]:
    """Those that come with octopus, and those of the projects in the data directory."""
    from octopus.catalog.catalog import built_in_catalog
    from octopus.features.projects.projects import Projects

    catalog = built_in_catalog()
    folder = _data_dir(ctx)
    if (folder / "projects.json").is_file():
        catalog = catalog.joined_by(Projects(folder))
    for entry in catalog.all():
        yield entry.step_type.id, entry.step_type.title


@_offered
def runs(ctx: typer.Context) -> Iterator[Offer]:
    """The newest first."""
    yield from _found(ctx, _RUNS, _MOST)


@_offered
def pipelines(ctx: typer.Context) -> Iterator[Offer]:
    """Ids of saved pipelines, the last saved first."""
    yield from _found(ctx, _PIPELINES, _MOST)


@_offered
def steps_of_run(ctx: typer.Context) -> Iterator[Offer]:
    """Steps of the run that was typed before."""
    for (document,) in _found(ctx, _DOCUMENT, f"{_argument(ctx, 'run_id')}%"):
        for step in json.loads(document)["steps"]:
            yield step["id"], step.get("label") or step["type"]


@_offered
def statuses(_ctx: typer.Context) -> Iterator[Offer]:
    for status in RunStatus:
        yield status.value, ""


def _document(ctx: typer.Context) -> dict[str, Any]:
    """Nothing of a pipe, which Tab would wait for."""
    file = Path(_argument(ctx, "file")).expanduser()
    return read_file(file) if file.is_file() else {}


def _argument(ctx: typer.Context, name: str) -> str:
    """The command's first argument. While an option still waits for its value, it is not yet assigned to its name."""
    return str(ctx.params.get(name) or ctx.args[0])


def _data_dir(ctx: typer.Context) -> Path:
    return Path(ctx.params.get("data_dir") or DEFAULT_DATA_DIR).expanduser().absolute()


def _found(ctx: typer.Context, query: str, value: str | int) -> Iterator[tuple[Any, ...]]:
    """Rows of the data directory's database, which is only read, also beside a server."""
    url = ctx.params.get("database_url")
    path = database_path(url, _data_dir(ctx) / DATABASE_NAME)
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE_S)) as connection:
        yield from connection.execute(query, (value,)).fetchall()


def _one_line(said: Any) -> str:
    """Only a text is one: others can be made of references that stand for gigabytes."""
    text = said[:_SAID_CHARACTERS] if isinstance(said, str) else ""
    return " ".join("".join(one if one.isprintable() and one not in _OBEYED else " " for one in text).split())
