"""`octopus runs ...`: look at runs, read their logs, cancel and forget them."""

from typing import Annotated, Any

import typer
from rich.table import Table

from octopus.cli import completion
from octopus.cli.connection import Connection, connected
from octopus.cli.options import DEFAULT_DATA_DIR, AsJson, DataDir, Server
from octopus.cli.printable import json_text, printable, shown
from octopus.cli.run_table import run_table, terminal
from octopus.domain.run import RunState, RunView

RunId = Annotated[str, typer.Argument(help="Id of the run, or its first characters.", autocompletion=completion.runs)]
StepId = Annotated[
    str | None,
    typer.Argument(
        help="Id of the step; all steps if not said.", show_default=False, autocompletion=completion.steps_of_run
    ),
]
Status = Annotated[
    str | None,
    typer.Option(
        "--status", help="Only runs with this status.", show_default=False, autocompletion=completion.statuses
    ),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=200, help="How many, at most.")]

_LINES_AT_ONCE = 1000


def add_runs(app: typer.Typer) -> None:
    runs = typer.Typer(no_args_is_help=True, help="Look at runs, read their logs, cancel and forget them.")
    app.add_typer(runs, name="runs")

    @runs.command("list")
    def list_runs(
        status: Status = None,
        limit: Limit = 20,
        as_json: AsJson = False,
        server: Server = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
    ) -> None:
        """List runs, the newest first."""
        wanted = {"limit": limit, **({"status": status} if status else {})}
        with connected(data_dir, server) as connection:
            items = connection.call("GET", "/runs", params=wanted)["items"]
        if as_json:
            typer.echo(json_text(items))
        else:
            terminal().print(_table(shown(items)))

    @runs.command()
    def show(
        run_id: RunId, as_json: AsJson = False, server: Server = None, data_dir: DataDir = DEFAULT_DATA_DIR
    ) -> None:
        """Show a run with all its steps."""
        with connected(data_dir, server) as connection:
            view = connection.call("GET", f"/runs/{_whole_id(connection, run_id)}")
        if as_json:
            typer.echo(json_text(view))
        else:
            run = RunView.model_validate(shown(view))
            state = RunState(**{name: getattr(run, name) for name in RunState.model_fields})
            terminal().print(run_table(state))

    @runs.command()
    def logs(
        run_id: RunId, step_id: StepId = None, server: Server = None, data_dir: DataDir = DEFAULT_DATA_DIR
    ) -> None:
        """Print what the steps of a run printed."""
        with connected(data_dir, server) as connection:
            run_id = _whole_id(connection, run_id)
            steps = connection.call("GET", f"/runs/{run_id}")["steps"]
            wanted = [step_id] if step_id else [step["id"] for step in steps if step["started_at"]]
            for step in wanted:
                _print_log(connection, run_id, step, prefix="" if step_id else f"{step}: ")

    @runs.command()
    def cancel(run_id: RunId, server: Server = None, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
        """Stop a run: nothing of it goes on."""
        with connected(data_dir, server) as connection:
            view = connection.call("POST", f"/runs/{_whole_id(connection, run_id)}/cancel")
        typer.echo(f"{view['id']} {view['status']}")

    @runs.command()
    def delete(run_id: RunId, server: Server = None, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
        """Forget a run that has ended, and its logs; what MLflow has of it stays."""
        with connected(data_dir, server) as connection:
            run_id = _whole_id(connection, run_id)
            connection.call("DELETE", f"/runs/{run_id}")
        typer.echo(f"{run_id} forgotten")


def _table(items: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("run", "pipeline", "status", "queued", "why"):
        table.add_column(title, no_wrap=title != "why")
    for run in items:
        table.add_row(run["id"][:12], run["name"], run["status"], run["queued_at"][:19], run["reason"])
    return table


def _whole_id(connection: Connection, start: str) -> str:
    """The id of the newest run whose id begins with `start`; `start` itself if none of the newest does."""
    items = connection.call("GET", "/runs", params={"limit": 200})["items"]
    return next((str(run["id"]) for run in items if run["id"].startswith(start)), start)


def _print_log(connection: Connection, run_id: str, step_id: str, *, prefix: str) -> None:
    last = 0
    while lines := connection.call(
        "GET", f"/runs/{run_id}/steps/{step_id}/log", params={"after_line": last, "limit": _LINES_AT_ONCE}
    )["lines"]:
        for line in lines:
            typer.echo(f"{prefix}{printable(line['text'])}")
        last = lines[-1]["n"]
