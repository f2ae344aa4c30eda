"""`octopus plan FILE` and `octopus validate FILE`: what would run, and what is wrong with it."""

from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from octopus.cli.connection import connected
from octopus.cli.document_file import read_document
from octopus.cli.examples import examples
from octopus.cli.exit_codes import PROBLEMS
from octopus.cli.options import (
    DEFAULT_DATA_DIR,
    AsJson,
    DataDir,
    File,
    From,
    Only,
    Params,
    Profile,
    Server,
    To,
    request_of,
)
from octopus.cli.printable import json_text, shown
from octopus.cli.run_table import terminal


def add_plan(app: typer.Typer) -> None:
    @app.command(
        epilog=examples(
            "octopus plan iris.yaml", "octopus plan iris.yaml --from train", "octopus plan iris.yaml --json | jq .steps"
        )
    )
    def plan(
        file: File,
        param: Params = None,
        profile: Profile = None,
        to: To = None,
        from_: From = None,
        only: Only = None,
        as_json: AsJson = False,
        server: Server = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
    ) -> None:
        """Show what would run, and what would be reused and why.

        Every step comes with its `mlflow run` command line. Nothing runs, and nothing is stored. What is only
        known while the run goes on stands as <run_id>, <out:step.port> or <metric:step.name>.
        """
        body = request_of(file, param, profile, to, from_, only)
        with connected(data_dir, server) as connection:
            answer = connection.call("POST", "/plan", json=body)
        if as_json:
            typer.echo(json_text(answer))
        else:
            _show(shown(answer))

    @app.command(epilog=examples("octopus validate iris.yaml", "octopus validate iris.yaml --json"))
    def validate(
        file: File, as_json: AsJson = False, server: Server = None, data_dir: DataDir = DEFAULT_DATA_DIR
    ) -> None:
        """List what is wrong with a pipeline.

        Each problem comes with its place in the file. Nothing runs. Ends with 7 if there is an error; warnings keep
        nothing from running.
        """
        document = read_document(file)
        with connected(data_dir, server) as connection:
            problems = connection.call("POST", "/validate", json=document)["problems"]
        if as_json:
            typer.echo(json_text(problems))
        else:
            for problem in shown(problems):
                typer.echo(f"{problem['severity']} {problem['pointer'] or '/'}: {problem['message']}")
            if not problems:
                typer.echo("No problems: the pipeline can run.")
        if any(problem["severity"] == "error" for problem in problems):
            raise typer.Exit(PROBLEMS)


def _show(plan: dict[str, Any]) -> None:
    console = terminal()
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("step", "will", "why", "last took"):
        table.add_column(title)
    for step in plan["steps"]:
        took = step["last_duration_s"]
        table.add_row(
            step["id"],
            _will(step),
            step["why"],
            "" if took is None else f"{took:.1f} s",
        )
    console.print(table)
    for step in plan["steps"]:
        if not step["will_reuse"] and not step["will_skip"]:
            console.print(f"\n{step['id']}", style="bold")
            console.print(step["command"], soft_wrap=True)


def _will(step: dict[str, Any]) -> Text:
    if step["will_reuse"]:
        return Text("be reused", style="cyan")
    return Text("be skipped", style="dim") if step["will_skip"] else Text("run")
