"""`octopus doctor`: asks every check, tells what they found, and ends with 10 if something is broken."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

import octopus
from octopus.bootstrap.settings import Settings
from octopus.cli.doctor.finding import Finding, Installation, Verdict
from octopus.cli.examples import examples
from octopus.cli.exit_codes import UNWELL, USAGE
from octopus.cli.failure import failure
from octopus.cli.options import DEFAULT_DATA_DIR, AsJson, DatabaseUrl, DataDir, TrackingUri
from octopus.cli.printable import json_text, shown
from octopus.cli.run_table import terminal
from octopus.domain.errors import StorageUnavailable
from octopus.store.data_directory import DATABASE_NAME

Check = Callable[[Installation], Iterator[Finding]]
_MARKS = {Verdict.OK: ("ok", "green"), Verdict.WARNING: ("warning", "yellow"), Verdict.BROKEN: ("broken", "bold red")}

Port = Annotated[int, typer.Option(envvar="OCTOPUS_PORT", min=0, max=65535, help="Where a server would listen.")]


def checks() -> dict[str, Check]:
    """In the order in which one thing stands on another."""
    from octopus.cli.doctor import data, environment, surroundings

    return {
        "python": environment.python,
        "packages": environment.packages,
        "programs": environment.programs,
        "editor": surroundings.editor,
        "data directory": data.directory,
        "disk": data.room,
        "token": data.token,
        "databases": data.databases,
        "server": surroundings.server,
        "tracking": surroundings.tracking,
    }


def add_doctor(app: typer.Typer) -> None:
    @app.command(epilog=examples("octopus doctor", "octopus doctor --json | jq '.findings[] | select(.mend)'"))
    def doctor(
        as_json: AsJson = False,
        data_dir: DataDir = DEFAULT_DATA_DIR,
        database_url: DatabaseUrl = None,
        tracking_uri: TrackingUri = None,
        port: Port = Settings.model_fields["port"].default,
    ) -> None:
        """Check the installation, and say how to mend it.

        Changes nothing, takes some seconds, and may be asked beside a running server. Ends with 10 if something is
        broken.

        Looked at are Python, the packages and programs octopus needs, the editor, the data directory with its rights,
        room, token and databases, the server or its port, and whether MLflow's store can be reached.
        """
        told = list(_findings(_installation(data_dir, database_url, tracking_uri, port), as_json))
        is_well = all(finding.verdict is not Verdict.BROKEN for _, finding in told)
        if as_json:
            items = [
                {"check": name, "verdict": one.verdict, "detail": one.detail, "mend": one.mend} for name, one in told
            ]
            typer.echo(json_text({"ok": is_well, "findings": items}))
        else:
            typer.echo("\nNothing is broken." if is_well else "\nSomething is broken.")
        if not is_well:
            raise typer.Exit(UNWELL)


def _findings(installation: Installation, as_json: bool) -> Iterator[tuple[str, Finding]]:
    """Each as soon as it is known: some take seconds."""
    for name, check in checks().items():
        for finding in check(installation):
            if not as_json:
                _print(name, finding)
            yield name, finding


def _installation(data_dir: Path, database_url: str | None, tracking_uri: str | None, port: int) -> Installation:
    from octopus.bootstrap.database_url import database_path

    try:
        database = database_path(database_url, data_dir / DATABASE_NAME)
    except StorageUnavailable as error:
        raise failure(error.detail, USAGE) from None
    return Installation(
        data_dir=data_dir,
        database=database,
        tracking_uri=tracking_uri,
        port=port,
        bin_dir=Path(sys.executable).parent,
        package=Path(octopus.__file__).parent,
    )


def _print(name: str, finding: Finding) -> None:
    mark, style = _MARKS[finding.verdict]
    console = terminal()
    console.print(Text.assemble((f"{mark:<8}", style), f"{name:<15} {shown(finding.detail)}"), soft_wrap=True)
    if finding.mend:
        console.print(Text(f"{'':24}{shown(finding.mend)}"), soft_wrap=True)
