"""Options that several commands share."""

from pathlib import Path
from typing import Annotated, Any

import typer

from octopus.cli.exit_codes import USAGE
from octopus.cli.failure import failure

DEFAULT_DATA_DIR = Path("~/.local/share/octopus")

File = Annotated[Path, typer.Argument(help="A pipeline document, JSON or YAML.")]
Params = Annotated[
    list[str] | None,
    typer.Option("--param", help="name=value of a pipeline parameter; may be repeated.", show_default=False),
]
Profile = Annotated[str | None, typer.Option("--profile", help="A profile of the pipeline's parameters.")]
To = Annotated[str | None, typer.Option("--to", help="Only this step and what it needs.")]
From = Annotated[str | None, typer.Option("--from", help="This step and what follows; what comes before is reused.")]
Only = Annotated[str | None, typer.Option("--only", help="This step alone; what comes before is reused.")]
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
    Path, typer.Option(envvar="OCTOPUS_DATA_DIR", help="Where everything is kept; made if it is not there.")
]


def wanted_scope(to: str | None, from_: str | None, only: str | None) -> dict[str, Any]:
    """The scope that the options ask for; at most one of them."""
    asked = {mode: step for mode, step in (("to", to), ("from", from_), ("only", only)) if step is not None}
    if len(asked) > 1:
        raise failure("Use one of --to, --from and --only.", USAGE)
    return next(({"mode": mode, "step_id": step} for mode, step in asked.items()), {"mode": "all"})
