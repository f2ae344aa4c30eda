"""The terminal door: `octopus`. What a command needs of the HTTP door is handed in by the entry point."""

import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from octopus import __version__
from octopus.cli.backup import add_backup
from octopus.cli.clean import add_clean
from octopus.cli.doctor.command import add_doctor
from octopus.cli.examples import examples
from octopus.cli.exit_codes import TABLE
from octopus.cli.export import add_export
from octopus.cli.gc import add_gc
from octopus.cli.plan import add_plan
from octopus.cli.run import add_run
from octopus.cli.runs import add_runs
from octopus.cli.serve import ServeDoor, add_serve
from octopus.cli.steps import add_steps

EXAMPLES = (
    "octopus serve",
    "octopus run iris.yaml --param threshold=0.9",
    "octopus COMMAND --help",
    "octopus --install-completion",
)
EPILOG = "\n\n".join(
    (examples(*EXAMPLES), "\b\nExit codes:\n" + "\n".join(f"  {code:<4} {meaning}" for code, meaning in TABLE))
)


def build_cli(serve_door: ServeDoor) -> typer.Typer:
    """The command-line application."""
    app = typer.Typer(name="octopus", no_args_is_help=True, rich_markup_mode=None, epilog=EPILOG)

    @app.callback()
    def octopus(
        version: Annotated[
            bool, typer.Option("--version", help="Show the version and end.", callback=_show_version, is_eager=True)
        ] = False,
    ) -> None:
        """octopus, the MLflow Pipeline Orchestrator: draw a pipeline, press Run, watch every step run.

        A command that needs a server takes the one that uses the data directory, or starts one for as long as it
        lasts. --json gives programs all that is known. Colours and drawing are only for terminals, and are off where
        NO_COLOR is set.
        """
        for stream in (sys.stdout, sys.stderr):
            # A letter that the terminal's encoding does not have ends no command.
            if isinstance(stream, TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")

    add_serve(app, serve_door)
    add_run(app)
    add_plan(app)
    add_clean(app)
    add_export(app)
    add_runs(app)
    add_steps(app)
    add_doctor(app)
    add_gc(app)
    add_backup(app)
    return app


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"octopus {__version__}")
        raise typer.Exit
