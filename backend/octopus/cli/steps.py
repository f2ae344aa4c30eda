"""`octopus steps ...`: which steps there are, what each takes and gives, and a new one."""

import json
from typing import Annotated, Any

import typer
from rich.table import Table

from octopus.cli import completion
from octopus.cli.connection import connected
from octopus.cli.examples import examples
from octopus.cli.new_step import add_new_step
from octopus.cli.options import DEFAULT_DATA_DIR, AsJson, DataDir, Server
from octopus.cli.printable import json_text, shown
from octopus.cli.run_table import terminal

_HELP = "Look at steps, or begin one of your own."

StepType = Annotated[
    str, typer.Argument(help="Id of a step type, such as train.", autocompletion=completion.step_types)
]


def add_steps(app: typer.Typer) -> None:
    steps = typer.Typer(no_args_is_help=True, help=_HELP, rich_markup_mode=None)
    app.add_typer(steps, name="steps")
    _add_looking(steps)
    add_new_step(steps)


def _add_looking(steps: typer.Typer) -> None:
    @steps.command("list", epilog=examples("octopus steps list", "octopus steps list --json | jq -r '.[].id'"))
    def list_steps(as_json: AsJson = False, server: Server = None, data_dir: DataDir = DEFAULT_DATA_DIR) -> None:
        """List the steps of the palette: those that come with octopus, and those of your projects."""
        with connected(data_dir, server) as connection:
            items = connection.call("GET", "/step-types")["items"]
        if as_json:
            typer.echo(json_text(items))
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title in ("step", "category", "what it does"):
            table.add_column(title, no_wrap=title != "what it does")
        for item in shown(items):
            table.add_row(item["id"], item["category"], item["doc"].partition("\n")[0])
        terminal().print(table)

    @steps.command(epilog=examples("octopus steps show train", "octopus steps show keep_small/main"))
    def show(
        step_type: StepType, as_json: AsJson = False, server: Server = None, data_dir: DataDir = DEFAULT_DATA_DIR
    ) -> None:
        """Show a step's ports and parameters."""
        with connected(data_dir, server) as connection:
            found = connection.call("GET", f"/step-types/{step_type}")
        if as_json:
            typer.echo(json_text(found))
        else:
            _show(shown(found))


def _show(found: dict[str, Any]) -> None:
    console = terminal()
    console.print(found["title"], style="bold", end="")
    console.print(f" ({found['id']})\n")
    console.print(found["doc"])
    for title, ports in (("in", found["inputs"]), ("out", found["outputs"])):
        for port in ports:
            console.print(f"  {title:<3} {port['name']} ({port['type']})")
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("parameter", "default", "meaning"):
        table.add_column(column, no_wrap=column == "parameter")
    for name, schema in found["params_schema"]["properties"].items():
        default = json.dumps(schema["default"], ensure_ascii=False) if "default" in schema else "required"
        table.add_row(name, default, schema.get("description", ""))
    console.print(table)
