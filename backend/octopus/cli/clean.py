"""`octopus clean FILE [STEP]`: the results that the steps of a pipeline would reuse -> forgotten."""

from typing import Annotated

import typer

from octopus.cli import completion
from octopus.cli.connection import connected
from octopus.cli.document_file import given_parameters, read_document
from octopus.cli.examples import examples
from octopus.cli.options import DEFAULT_DATA_DIR, AsJson, DataDir, File, Params, Profile, Server
from octopus.cli.printable import json_text, printable

Steps = Annotated[
    list[str] | None,
    typer.Argument(help="Steps; all of the pipeline if none is said.", autocompletion=completion.steps, metavar="STEP"),
]


def add_clean(app: typer.Typer) -> None:
    @app.command(
        epilog=examples(
            "octopus clean iris.yaml", "octopus clean iris.yaml train", "octopus clean iris.yaml --profile prod"
        )
    )
    def clean(
        file: File,
        step: Steps = None,
        param: Params = None,
        profile: Profile = None,
        as_json: AsJson = False,
        server: Server = None,
        data_dir: DataDir = DEFAULT_DATA_DIR,
    ) -> None:
        """Forget the results that a pipeline would reuse.

        Its next run executes the steps. Equal results of other pipelines are not reused any more, either. Nothing is
        deleted: runs, artifacts and what MLflow has stay.

        Results of this pipeline are forgotten whatever parameters they were made with; of what other pipelines left,
        those that a run with --param and --profile would take over.
        """
        document = read_document(file)
        body = {
            "document": document,
            "parameters": given_parameters(document, param or ()),
            "profile": profile,
            "step_ids": step or [],
        }
        with connected(data_dir, server) as connection:
            forgotten = connection.call("POST", "/results/forget", json=body)["forgotten"]
        if as_json:
            typer.echo(json_text(forgotten))
            return
        for step_id, count in forgotten.items():
            typer.echo(f"{printable(step_id)}: {_results(count)}")


def _results(count: int) -> str:
    return "nothing to forget" if count == 0 else "1 result forgotten" if count == 1 else f"{count} results forgotten"
