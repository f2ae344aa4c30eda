"""`octopus run FILE`: starts a run, shows it live, and ends as the run ends."""

from typing import Annotated

import typer

from octopus.cli.connection import connected
from octopus.cli.examples import examples
from octopus.cli.exit_codes import RUN_CANCELLED, RUN_FAILED
from octopus.cli.options import (
    DEFAULT_DATA_DIR,
    AsJson,
    Backend,
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
from octopus.cli.run_table import UNHAPPY
from octopus.cli.watching import watch
from octopus.domain.run import RunState
from octopus.domain.status import RunStatus

ENDED_AS = {RunStatus.SUCCEEDED: 0, RunStatus.CANCELLED: RUN_CANCELLED}
"""Exit codes; any other end is RUN_FAILED."""
EXAMPLES = examples(
    "octopus run iris.yaml",
    "octopus run iris.yaml --param threshold=0.9 --to train",
    "octopus run iris.yaml --profile prod --force --logs",
    "octopus run iris.yaml --backend cold",
    "octopus run iris.yaml --json | jq -r .kind",
)

Logs = Annotated[bool, typer.Option("--logs", help="Print what the steps print.")]


def add_run(app: typer.Typer) -> None:
    @app.command(epilog=EXAMPLES)
    def run(
        file: File,
        param: Params = None,
        profile: Profile = None,
        to: To = None,
        from_: From = None,
        only: Only = None,
        force: Force = False,
        backend: Backend = None,
        logs: Logs = False,
        as_json: AsJson = False,
        server: Server = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
    ) -> None:
        """Run a pipeline and watch it until it has ended.

        Ctrl+C cancels the run and waits until its steps have stopped; a second one does not wait.

        In a terminal a table is drawn over, with a bar and a clock for every step; elsewhere every change of a step's
        status is a line. --json prints every event of the run as one line of JSON, with --logs every batch of log
        lines, too. Ends with 0 only if the run succeeded, with 5 if it failed and with 6 if it was cancelled.
        """
        body = request_of(file, param, profile, to, from_, only) | {"force": force, "backend": backend}
        with connected(data_dir, server) as connection:
            run_id = connection.call("POST", "/runs", json=body)["id"]
            state = watch(connection, run_id, as_json=as_json, logs=logs)
        if not as_json:
            _point_at_logs(state)
        raise typer.Exit(ENDED_AS.get(state.status, RUN_FAILED))


def _point_at_logs(state: RunState) -> None:
    """Where to read on: of the first step that failed."""
    step = next((step for step in state.steps if step.status in UNHAPPY), None)
    if step is not None:
        typer.echo(f"What it printed: octopus runs logs {state.id[:12]} {step.id}", err=True)
