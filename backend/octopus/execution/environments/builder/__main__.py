"""`python -m octopus.execution.environments.builder <folder>`: what the recipe in `folder` says -> an environment and,
last of all, its marker. If that fails: why, in a file, and exit code 1."""

import json
import os
import shutil
import sys
from pathlib import Path

from octopus.execution.environments import layout
from octopus.execution.environments.builder.commands import CannotBuild, Commands
from octopus.execution.environments.builder.explanation import first_line
from octopus.execution.environments.builder.making import make


def main(folder: Path) -> int:
    recipe = json.loads((folder / layout.RECIPE).read_bytes())
    commands = Commands(folder / layout.LOG, os.environ.get(layout.EVENTS_VARIABLE))
    try:
        marker = make(folder, recipe, commands)
    except CannotBuild as error:
        return _failed(folder, commands, str(error))
    except Exception as error:
        return _failed(folder, commands, first_line(f"{type(error).__name__}: {error}"))
    if not recipe["keeps_place"]:
        shutil.rmtree(folder / layout.PROJECT)
    _mark(folder / layout.MARKER, marker)
    return 0


def _failed(folder: Path, commands: Commands, why: str) -> int:
    commands.write(f"\n{why}\n")
    (folder / layout.FAILURE).write_text(f"{why}\n", encoding="utf-8")
    return 1


def _mark(file: Path, marker: dict[str, str]) -> None:
    """Only once all the rest is on the disk: after a power failure a marker would vouch for empty files."""
    os.sync()
    unfinished = file.with_name(f"{file.name}.tmp")
    unfinished.write_text(json.dumps(marker), encoding="utf-8")
    unfinished.replace(file)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
