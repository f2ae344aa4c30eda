"""What the steps of a run printed, on the terminal: as it is, or as it comes."""

from typing import Any

import typer

from octopus.cli.connection import Connection
from octopus.cli.exit_codes import USAGE
from octopus.cli.failure import failure
from octopus.cli.following import follow
from octopus.cli.printable import printable

_LINES_AT_ONCE = 1000


def print_logs(connection: Connection, run_id: str, step_id: str | None, asked: dict[str, Any]) -> None:
    """Of one step, or one after the other of all that have begun. `asked`: `query`, `iteration`, `attempt`."""
    if step_id is not None:
        _print_log(connection, run_id, step_id, asked, prefix="")
        return
    for step in connection.call("GET", f"/runs/{run_id}")["steps"]:
        if step["started_at"]:
            _print_log(connection, run_id, step["id"], asked, prefix=f"{step['id']}: ")


def follow_logs(connection: Connection, run_id: str, step_id: str | None) -> None:
    """From the first line to the last; returns when the run has ended."""
    steps = [step["id"] for step in connection.call("GET", f"/runs/{run_id}")["steps"]]
    if step_id is not None and step_id not in steps:
        raise failure(f"The run has no step {step_id}; it has {', '.join(steps)}.", USAGE)
    for message in follow(connection, run_id):
        if message["kind"] == "log" and step_id in (None, message["step_id"]):
            prefix = "" if step_id else f"{message['step_id']}: "
            for line in message["lines"]:
                typer.echo(f"{prefix}{printable(line['text'])}")


def _print_log(connection: Connection, run_id: str, step_id: str, asked: dict[str, Any], *, prefix: str) -> None:
    last = 0
    while lines := connection.call(
        "GET",
        f"/runs/{run_id}/steps/{step_id}/log",
        params={**asked, "after_line": last, "limit": _LINES_AT_ONCE},
    )["lines"]:
        for line in lines:
            typer.echo(f"{prefix}{printable(line['text'])}")
        last = lines[-1]["n"]
