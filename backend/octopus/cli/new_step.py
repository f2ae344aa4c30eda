"""`octopus steps new NAME`: a folder with a step that already works, for its author to change."""

import re
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from octopus.cli.connection import connected
from octopus.cli.examples import examples
from octopus.cli.exit_codes import USAGE
from octopus.cli.failure import failure
from octopus.cli.options import DEFAULT_DATA_DIR, DataDir, Server

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
_SUFFIX = ".txt"
_FILES = ("MLproject", "step.py", "test_step.py")
_ENTRY_POINT = "main"

Name = Annotated[str, typer.Argument(help="Name of the step: letters, digits, _, . and -.", show_default=False)]
Folder = Annotated[
    Path | None,
    typer.Option("--folder", help="Where to make it. [default: a folder of that name, here]", show_default=False),
]
Add = Annotated[bool, typer.Option("--add", help="Add it to the palette, too.")]


def add_new_step(steps: typer.Typer) -> None:
    @steps.command(
        epilog=examples(
            "octopus steps new keep_small",
            "octopus steps new keep_small --folder ~/steps/keep_small --add",
            "mlflow run keep_small --env-manager local -P data=table.csv -P column=size",
        )
    )
    def new(
        name: Name,
        folder: Folder = None,
        add: Add = False,
        server: Server = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
    ) -> None:
        """Make the folder of a new step.

        In it are an MLproject file with what octopus shows of the step, a typed Python program, and its tests. It works
        as it is, with `mlflow run` and in a pipeline; change it to what you need.

        Nothing is overwritten. A folder stays where it is when it is added to the palette, and may be edited any time.
        """
        if not _NAME.fullmatch(name):
            raise failure(f"{name} cannot be a step's name: letters, digits, _, . and -, a letter first.", USAGE)
        place = (folder or Path(name)).expanduser().absolute()
        _make(name, place)
        for file in _FILES:
            typer.echo(f"made {place / file}")
        if add:
            with connected(data_dir, server) as connection:
                connection.call("POST", "/projects", json={"path": str(place)})
            typer.echo(f"The palette has it as {name}/{_ENTRY_POINT}.")
        else:
            typer.echo(f"Try it: mlflow run {place} --env-manager local -P data=<file> -P column=<column>")
            typer.echo("Put it in the palette: `Add project` in the editor, with this folder; --add does it at once.")


def _make(name: str, place: Path) -> None:
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise failure(f"{place} is there already, and nothing is overwritten. Choose another --folder.", USAGE)
    words = {"name": name, "title": title_of(name)}
    try:
        place.mkdir(parents=True, exist_ok=True)
        for file in _FILES:
            text = files("octopus.cli.scaffold").joinpath(file + _SUFFIX).read_text(encoding="utf-8")
            with (place / file).open("x", encoding="utf-8") as made:
                made.write(Template(text).substitute(words))
    except OSError as error:
        raise failure(f"{place} cannot be written: {error.strerror}.", USAGE) from None


def title_of(name: str) -> str:
    """`keep_small` -> `Keep small`."""
    words = re.sub(r"[_.-]+", " ", name).strip()
    return words[:1].upper() + words[1:]
