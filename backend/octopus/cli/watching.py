"""Shows a run while it goes on, as it suits the place: a table that is drawn over, lines, or JSON."""

import threading
from collections.abc import Callable, Iterator

import typer
from rich.console import RenderableType
from rich.live import Live

from octopus.cli.connection import Connection
from octopus.cli.exit_codes import RUN_CANCELLED, SERVER
from octopus.cli.failure import failure
from octopus.cli.following import follow
from octopus.cli.printable import json_text, printable, shown
from octopus.cli.run_table import plain_line, run_table, terminal, verdict
from octopus.domain.event import EVENT
from octopus.domain.fold import Folder
from octopus.domain.run import RunState
from octopus.sdk.listening import Message

_FRAMES_PER_S = 8
_ENDED_ALREADY = 409

Show = Callable[[Folder, Iterator[Message], bool], None]


def watch(connection: Connection, run_id: str, *, as_json: bool, logs: bool) -> RunState:
    """Show the run until it has ended; answers its last state. Ctrl+C cancels it and goes on showing it; a second one
    ends the command."""
    show = _json_lines if as_json else _live if _can_draw() else _plain
    if not as_json:
        typer.echo(f"run {run_id}")
    folder = Folder(run_id)
    try:
        show(folder, follow(connection, run_id), logs)
    except KeyboardInterrupt:
        _cancelled(connection, folder, show, run_id, logs)
    return folder.state()


def _cancelled(connection: Connection, folder: Folder, show: Show, run_id: str, logs: bool) -> None:
    try:
        typer.echo("Cancelling the run; once more does not wait for it.", err=True)
        _ask_to_cancel(connection, run_id)
        state = folder.state()
        show(folder, iter(()) if state.status.is_terminal else follow(connection, run_id, state.last_seq), logs)
    except KeyboardInterrupt:
        raise failure(f"Left while run {run_id} was being cancelled.", RUN_CANCELLED) from None


def _ask_to_cancel(connection: Connection, run_id: str) -> None:
    import httpx

    try:
        answer = connection.http.post(f"/api/runs/{run_id}/cancel")
    except httpx.TransportError as error:
        raise failure(f"The server {connection.url} does not answer: {error}. Run {run_id} goes on.", SERVER) from None
    if not answer.is_success and answer.status_code != _ENDED_ALREADY:
        raise failure(f"Run {run_id} goes on: the server refused to cancel it ({answer.status_code}).", SERVER)


def _can_draw() -> bool:
    console = terminal()
    return console.is_terminal and not console.is_dumb_terminal


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
            for line in _lines(message, logs):
                typer.echo(line)
            continue
        for step in folder.add(EVENT.validate_python(shown(message))):
            if told.get(step.id) != (state := f"{step.status} {step.iteration} {step.attempt}"):
                told[step.id] = state
                typer.echo(plain_line(step))
    typer.echo(verdict(folder.state()).plain)


def _live(folder: Folder, messages: Iterator[Message], logs: bool) -> None:
    """A table that is drawn over; in the end it is left standing as a whole, however long."""
    console = terminal()
    change = threading.Lock()

    def picture() -> RenderableType:
        with change:
            state = folder.state()
        return run_table(state, bars=True, height=console.height)

    with Live(
        get_renderable=picture,
        console=console,
        refresh_per_second=_FRAMES_PER_S,
        transient=True,
    ):
        for message in messages:
            if message["kind"] == "log":
                for line in _lines(message, logs):
                    console.print(line)
                continue
            with change:
                folder.add(EVENT.validate_python(shown(message)))
    console.print(run_table(folder.state(), bars=True))


def _lines(batch: Message, wanted: bool) -> Iterator[str]:
    if wanted:
        for line in batch["lines"]:
            yield f"{batch['step_id']}: {printable(line['text'])}"
