"""Figures -> a table in the terminal, and the tables of docs/benchmarks.md."""

import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.figure import Figure

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
HEADINGS = ("what", "measured", "goal", "reached", "how it spreads")
END = "<!-- end -->\n"


def show(figures: Sequence[Figure]) -> None:
    table = Table(*HEADINGS)
    for figure in figures:
        table.add_row(*_cells(figure))
    Console().print(table)


def write(measured: Mapping[str, Sequence[Figure]]) -> None:
    """The tables of these benchmarks in the page, each between its two marks; everything else stays as it is."""
    page = PAGE.read_text(encoding="utf-8")
    for name, figures in measured.items():
        before, mark, rest = page.partition(f"<!-- figures: {name} -->\n")
        _, end, after = rest.partition(END)
        if not mark or not end:
            raise LookupError(f"{PAGE.name} has no place for the figures of {name}")
        page = before + mark + _section(figures) + end + after
    PAGE.write_text(page, encoding="utf-8")


def _section(figures: Sequence[Figure]) -> str:
    lines = [
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {_machine()}.",
        "",
        f"| {' | '.join(HEADINGS)} |",
        f"|{'---|' * len(HEADINGS)}",
        *(f"| {' | '.join(_cells(figure))} |" for figure in figures),
        "",
    ]
    return "\n".join(lines)


def _cells(figure: Figure) -> tuple[str, ...]:
    return figure.what, figure.shown, figure.shown_goal, figure.verdict, figure.detail


def _machine() -> str:
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{len(os.sched_getaffinity(0))} cores ({_processor()}), {memory_gib:.0f} GiB of memory, "
        f"{platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, MLflow {version('mlflow')}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
