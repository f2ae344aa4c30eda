"""Options that several commands share, and what `plan` and `run` ask a server for."""

from pathlib import Path
from typing import Annotated, Any

import typer

from octopus.bootstrap.settings import DEFAULT_DATA_DIR as DEFAULT_DATA_DIR
from octopus.cli import completion
from octopus.cli.document_file import given_parameters, read_document
from octopus.cli.exit_codes import USAGE
from octopus.cli.failure import failure
from octopus.domain.pipeline import BackendName


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


File = Annotated[Path, typer.Argument(help="A pipeline document, JSON or YAML.", show_default=False)]
Params = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        help="name=value of a pipeline parameter; may be repeated.",
        show_default=False,
        autocompletion=completion.parameters,
    ),
]
Profile = Annotated[
    str | None,
    typer.Option("--profile", help="A profile of the pipeline's parameters.", autocompletion=completion.profiles),
]
To = Annotated[
    str | None, typer.Option("--to", help="Only this step and what it needs.", autocompletion=completion.steps)
]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        help="This step and what follows; what comes before is reused.",
        autocompletion=completion.steps,
    ),
]
Only = Annotated[
    str | None,
    typer.Option("--only", help="This step alone; what comes before is reused.", autocompletion=completion.steps),
]
Backend = Annotated[
    BackendName | None,
    typer.Option(
        "--backend",
        help="How the steps' `mlflow run` is started, unless a step's own policy says it: warm, forked from a process "
        "that has everything imported already; cold, as a program of its own. [default: warm where it can be]",
        show_default=False,
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Reuse no earlier result.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for programs.")]
Server = Annotated[
    str | None,
    typer.Option(
        "--server",
        envvar="OCTOPUS_SERVER",
        help="Address of a server. [default: the one that uses the data directory; else one for this command]",
        show_default=False,
    ),
]
DataDir = Annotated[
    Path,
    typer.Option(
        envvar="OCTOPUS_DATA_DIR",
        help="Where everything is kept; made if it is not there.",
        callback=_absolute,
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(envvar="OCTOPUS_DATABASE_URL", help="octopus' own database. [default: a file in the data directory]"),
]
TrackingUri = Annotated[
    str | None,
    typer.Option(envvar="MLFLOW_TRACKING_URI", help="Where MLflow keeps runs. [default: in the data directory]"),
]


def request_of(
    file: Path, param: list[str] | None, profile: str | None, to: str | None, from_: str | None, only: str | None
) -> dict[str, Any]:
    """The body of a call that plans or runs the pipeline in `file`. Ends the command with a sentence if an option makes
    no sense."""
    document = read_document(file)
    return {
        "document": document,
        "parameters": given_parameters(document, param or ()),
        "profile": profile,
        "scope": _scope(to, from_, only),
    }


def _scope(to: str | None, from_: str | None, only: str | None) -> dict[str, Any]:
    asked = {mode: step for mode, step in (("to", to), ("from", from_), ("only", only)) if step is not None}
    if len(asked) > 1:
        raise failure("Use one of --to, --from and --only.", USAGE)
    return next(({"mode": mode, "step_id": step} for mode, step in asked.items()), {"mode": "all"})
