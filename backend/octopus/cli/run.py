"""`octopus run FILE`: starts a run, shows it live, and ends as the run ends."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer
from rich.live import Live

from octopus.cli.connection import Connection, connected
from octopus.cli.exit_codes import RUN_CANCELLED, RUN_FAILED
from octopus.cli.failure import failure
from octopus.cli.following import Message, follow
from octopus.cli.options import (
    DEFAULT_DATA_DIR,
    AsJson,
    DataDir,
    File,
    Force,
    From,
    Only,
    Params,
    Profile,
    Server,
    To,
    request_of,
)
from octopus.cli.printable import json_text, printable, shown
from octopus.cli.run_table import plain_line, run_table, terminal, verdict
from octopus.domain.event import EVENT
from octopus.domain.fold import Folder
from octopus.domain.run import RunState
from octopus.domain.status import RunStatus

ENDED_AS = {RunStatus.SUCCEEDED: 0, RunStatus.CANCELLED: RUN_CANCELLED}
"""Exit codes; any other end is RUN_FAILED."""

Logs = Annotated[bool, typer.Option("--logs", help="Print what the steps print.")]


def add_run(app: typer.Typer) -> None:
    @app.command()
    def run(
        file: File,
        param: Params = None,
        profile: Profile = None,
        to: To = None,
        from_: From = None,
        only: Only = None,
        force: Force = False,
        logs: Logs = False,
        as_json: AsJson = False,
        server: Server = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
    ) -> None:
        """Run a pipeline and watch it. Ctrl+C cancels the run; a second one leaves it alone."""
        body = request_of(file, param, profile, to, from_, only) | {"force": force}
        with connected(data_dir, server) as connection:
            run_id = connection.call("POST", "/runs", json=body)["id"]
            state = watch(connection, run_id, as_json=as_json, logs=logs)
        raise typer.Exit(ENDED_AS.get(state.status, RUN_FAILED))


def watch(connection: Connection, run_id: str, *, as_json: bool, logs: bool) -> RunState:
    """Show the run until it has ended; answers its last state. Ctrl+C cancels it."""
    show = _json_lines if as_json else _live if terminal().is_terminal else _plain
    folder = Folder(run_id)
    messages = follow(connection, run_id)
    try:
        show(folder, messages, logs)
    except KeyboardInterrupt:
        typer.echo("Cancelling the run; once more leaves it alone.", err=True)
        connection.call("POST", f"/runs/{run_id}/cancel")
        try:
            show(folder, follow(connection, run_id), logs)
        except KeyboardInterrupt:
            raise failure(f"Left while run {run_id} was being cancelled.", RUN_CANCELLED) from None
    return folder.state()


Show = Callable[[Folder, Iterator[Message], bool], None]


def _json_lines(folder: Folder, messages: Iterator[Message], logs: bool) -> None:
    """Every event, and every log batch if wanted, as a line of JSON."""
    for message in messages:
        if message["kind"] != "log":
            folder.add(EVENT.validate_python(message))
        if logs or message["kind"] != "log":
            typer.echo(json_text(message, indent=None))


def _plain(folder: Folder, messages: Iterator[Message], logs: bool) -> None:
    """A line per change of a step's status: for files and pipes."""
    told: dict[str, str] = {}
    for message in messages:
        if message["kind"] == "log":
            _print_lines(message, logs)
            continue
        for step in folder.add(EVENT.validate_python(shown(message))):
            if told.get(step.id) != (state := f"{step.status} {step.iteration} {step.attempt}"):
                told[step.id] = state
                typer.echo(plain_line(step))
    typer.echo(verdict(folder.state()).plain)


def _live(folder: Folder, messages: Iterator[Message], logs: bool) -> None:
    """A table that is drawn over."""
    console = terminal()
    with Live(
        get_renderable=lambda: run_table(folder.state()), console=console, refresh_per_second=8, transient=False
    ) as live:
        for message in messages:
            if message["kind"] == "log":
                if logs:
                    for line in message["lines"]:
                        text = f"{message['step_id']}: {printable(line['text'])}"
                        live.console.print(text)
                continue
            folder.add(EVENT.validate_python(shown(message)))


def _print_lines(batch: dict[str, Any], wanted: bool) -> None:
    if wanted:
        for line in batch["lines"]:
            typer.echo(f"{batch['step_id']}: {printable(line['text'])}")
