"""`octopus runs ...`: look at runs, read their logs, cancel and forget them."""

from typing import Annotated, Any

import typer
from rich.table import Table

from octopus.cli import completion
from octopus.cli.connection import Connection, connected
from octopus.cli.examples import examples
from octopus.cli.exit_codes import USAGE
from octopus.cli.failure import failure
from octopus.cli.options import DEFAULT_DATA_DIR, AsJson, DataDir, Server
from octopus.cli.printable import json_text, shown
from octopus.cli.run_logs import follow_logs, print_logs
from octopus.cli.run_table import run_table, terminal
from octopus.domain.run import RunState, RunView
from octopus.domain.status import RunStatus

_HELP = "Look at runs, read their logs, cancel and forget them."
_NEWEST = 200
"""Runs among which an abbreviated id is looked for."""

RunId = Annotated[str, typer.Argument(help="Id of the run, or its first characters.", autocompletion=completion.runs)]
RunIds = Annotated[
    list[str],
    typer.Argument(help="Ids of the runs, or their first characters.", autocompletion=completion.runs),
]
StepId = Annotated[
    str | None,
    typer.Argument(
        help="Id of the step; all steps if not said.", show_default=False, autocompletion=completion.steps_of_run
    ),
]
Status = Annotated[
    RunStatus | None,
    typer.Option(
        "--status", metavar="STATUS", help=f"Only runs with this status: {', '.join(RunStatus)}.", show_default=False
    ),
]
Pipeline = Annotated[
    str | None,
    typer.Option(
        "--pipeline",
        help="Only runs of the saved pipeline with this id.",
        show_default=False,
        autocompletion=completion.pipelines,
    ),
]
Limit = Annotated[int, typer.Option("--limit", min=1, max=200, help="How many, at most.")]
Follow = Annotated[bool, typer.Option("--follow", "-f", help="Go on until the run has ended.")]
Search = Annotated[
    str, typer.Option("--search", help="Only lines with this text, in capitals or not.", show_default=False)
]
Iteration = Annotated[
    int | None, typer.Option("--iteration", min=1, help="Of a loop's step. [default: the last]", show_default=False)
]
Attempt = Annotated[
    int | None, typer.Option("--attempt", min=1, help="Of a step with retries. [default: the last]", show_default=False)
]


def add_runs(app: typer.Typer) -> None:
    runs = typer.Typer(no_args_is_help=True, help=_HELP, rich_markup_mode=None)
    app.add_typer(runs, name="runs")
    _add_looking(runs)
    _add_logs(runs)
    _add_ending(runs)


def _add_looking(runs: typer.Typer) -> None:
    @runs.command(
        "list", epilog=examples("octopus runs list", "octopus runs list --status failed --json | jq -r '.[].id'")
    )
    def list_runs(
        status: Status = None,
        pipeline: Pipeline = None,
        limit: Limit = 20,
        as_json: AsJson = False,
        server: Server = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
    ) -> None:
        """List runs, the newest first."""
        wanted = {"limit": limit, "status": status, "pipeline_id": pipeline}
        with connected(data_dir, server) as connection:
            asked = {name: value for name, value in wanted.items() if value is not None}
            items = connection.call("GET", "/runs", params=asked)["items"]
        if as_json:
            typer.echo(json_text(items))
        else:
            terminal().print(_table(shown(items)))

    @runs.command(epilog=examples("octopus runs show 3f2a", "octopus runs show 3f2a --json | jq .steps"))
    def show(
        run_id: RunId, as_json: AsJson = False, server: Server = None, data_dir: DataDir = DEFAULT_DATA_DIR
    ) -> None:
        """Show a run with all its steps as they stand."""
        with connected(data_dir, server) as connection:
            view = connection.call("GET", f"/runs/{whole_id(connection, run_id)}")
        if as_json:
            typer.echo(json_text(view))
            return
        run = RunView.model_validate(shown(view))
        terminal().print(run_table(RunState(**{name: getattr(run, name) for name in RunState.model_fields})))
        _print_particulars(run)


def _add_logs(runs: typer.Typer) -> None:
    @runs.command(
        epilog=examples(
            "octopus runs logs 3f2a", "octopus runs logs 3f2a train --follow", "octopus runs logs 3f2a --search error"
        )
    )
    def logs(
        run_id: RunId,
        step_id: StepId = None,
        follow: Follow = False,
        search: Search = "",
        iteration: Iteration = None,
        attempt: Attempt = None,
        server: Server = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
    ) -> None:
        """Print what the steps of a run printed. With --follow also what they will print; Ctrl+C then ends only the
        looking on."""
        if follow and (search or iteration or attempt):
            raise failure("--follow prints everything: leave out --search, --iteration and --attempt.", USAGE)
        with connected(data_dir, server) as connection:
            run_id = whole_id(connection, run_id)
            if follow:
                follow_logs(connection, run_id, step_id)
            else:
                asked = {"query": search or None, "iteration": iteration, "attempt": attempt}
                print_logs(connection, run_id, step_id, {k: v for k, v in asked.items() if v is not None})


def _add_ending(runs: typer.Typer) -> None:
    @runs.command(epilog=examples("octopus runs cancel 3f2a"))
    def cancel(run_id: RunId, server: Server = None, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
        """Stop a run: nothing of it goes on. Its steps get a moment to end by themselves."""
        with connected(data_dir, server) as connection:
            view = connection.call("POST", f"/runs/{whole_id(connection, run_id)}/cancel")
        typer.echo(f"{view['id']} {view['status']}")

    @runs.command(epilog=examples("octopus runs delete 3f2a", "octopus runs delete 3f2a 77b0"))
    def delete(run_ids: RunIds, server: Server = None, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
        """Forget runs that have ended, and their logs. What MLflow has of them stays, and their results can still be
        reused."""
        with connected(data_dir, server) as connection:
            for run_id in [whole_id(connection, start) for start in run_ids]:
                connection.call("DELETE", f"/runs/{run_id}")
                typer.echo(f"{run_id} forgotten")


def whole_id(connection: Connection, start: str) -> str:
    """The id of the one run among the newest whose id begins with `start`; `start` itself if none does. Ends the
    command if several do: nobody should forget another run than the one that was meant."""
    items = connection.call("GET", "/runs", params={"limit": _NEWEST})["items"]
    found = [str(run["id"]) for run in items if run["id"].startswith(start)]
    if len(found) > 1 and start not in found:
        raise failure(f"{start} is the beginning of {len(found)} runs: {', '.join(sorted(found)[:5])}.", USAGE)
    return start if start in found or not found else found[0]


def _print_particulars(run: RunView) -> None:
    console = terminal()
    console.print(f"\nrun {run.id}", soft_wrap=True)
    if run.parameters:
        given = ", ".join(f"{name}={json_text(value, indent=None)}" for name, value in run.parameters.items())
        console.print(f"parameters {given}", soft_wrap=True)
    for way, steps in _ways(run).items():
        console.print(f"{way}: {', '.join(steps)}", soft_wrap=True)
    if run.mlflow_run_id:
        console.print(f"MLflow run {run.mlflow_run_id}", soft_wrap=True)


def _ways(run: RunView) -> dict[str, list[str]]:
    """Per backend, and per reason for not being the warm one, the steps that were started on it."""
    ways: dict[str, list[str]] = {}
    for step in run.steps:
        if step.backend is not None:
            why = f" ({step.backend_reason})" if step.backend_reason else ""
            ways.setdefault(f"started {step.backend}{why}", []).append(step.id)
    return ways


def _table(items: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("run", "pipeline", "status", "queued", "why"):
        table.add_column(title, no_wrap=title != "why")
    for run in items:
        table.add_row(run["id"][:12], run["name"], run["status"], run["queued_at"][:19], run["reason"])
    return table
