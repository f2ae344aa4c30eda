"""How a command ends that cannot do what it was asked for: one sentence on stderr, and an exit code."""

import typer

from octopus.cli.printable import shown


def failure(sentence: str, code: int) -> typer.Exit:
    """Says the sentence; raise what it answers."""
    typer.echo(f"octopus: {shown(sentence)}", err=True)
    return typer.Exit(code)
