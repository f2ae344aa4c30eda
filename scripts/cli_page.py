"""The commands of `octopus` -> docs/cli.md, as Markdown. Never writes; invents nothing: what it says is what --help
says."""

import inspect
from collections.abc import Iterable, Iterator
from typing import Any

import typer

from octopus.cli.exit_codes import TABLE
from octopus.cli.main import build_cli
from scripts.docs_tables import cell, table

INTRODUCTION = """\
# The command line

<!-- Written by `make generate` from the commands in backend/octopus/cli; do not edit. -->

`octopus COMMAND --help` says the same in the terminal. Every option with a variable may be set by it instead.

```sh
octopus --install-completion   # Tab completes commands, options, steps, runs (bash, zsh, fish)
```
"""


def cli_page() -> str:
    """One section per command, then the exit codes."""
    group = typer.main.get_command(build_cli(_no_door))
    sections = [part for path, command in commands(group) for part in _section(path, command)]
    codes = table(("code", "means"), [(f"`{code}`", cell(meaning)) for code, meaning in TABLE])
    return "\n".join([INTRODUCTION, _paragraphs(group.help), *sections, "## Exit codes\n", codes])


def commands(group: Any, path: tuple[str, ...] = ("octopus",)) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command that does something, with the words that lead to it."""
    for name, command in group.commands.items():
        here = (*path, name)
        if hasattr(command, "commands"):
            yield from commands(command, here)
        elif not command.hidden:
            yield here, command


def _no_door(*_settings: object, **_more: object) -> None:
    raise AssertionError("nothing is served here")


def _section(path: tuple[str, ...], command: Any) -> Iterable[str]:
    yield f"## `{' '.join(path)}`\n"
    yield _paragraphs(command.help)
    arguments = [one for one in command.params if one.param_type_name == "argument"]
    options = [one for one in command.params if one.param_type_name == "option" and not one.hidden]
    if arguments:
        rows = [(f"`{_argument(one)}`", "" if one.required else "optional", cell(one.help or "")) for one in arguments]
        yield table(("argument", "", ""), rows)
    if options:
        yield table(("option", "default", "variable", ""), [_option(one) for one in options])
    if examples := example_lines(command.epilog):
        yield "\n".join(("```sh", *examples, "```\n"))


def _argument(argument: Any) -> str:
    return f"{argument.name.upper()}{'...' if argument.nargs == -1 else ''}"


def _option(option: Any) -> tuple[str, str, str, str]:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    default = option.default
    shown = option.show_default is not False and default not in (None, False, (), [], "")
    return (
        names,
        f"`{default}`" if shown else "",
        f"`{option.envvar}`" if option.envvar else "",
        cell(option.help or ""),
    )


def _paragraphs(text: str | None) -> str:
    """One line each, as Markdown likes them."""
    parts = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(" ".join(part.split()) for part in parts).replace("<", "\\<") + "\n"


def example_lines(epilog: str | None) -> list[str]:
    """The commands in the last part of a help."""
    return [line.strip() for line in (epilog or "").splitlines() if line.startswith("  ")]
