"""`python -m benchmarks [NAME...]`: measure, show tables, and write them into docs/benchmarks.md if all were measured
or `--write` asks for it."""

import argparse
import sys
from collections.abc import Callable, Iterator

from benchmarks import (
    engine,
    fan_out,
    first_load,
    flow,
    line_latency,
    overhead,
    report,
    restart,
    server_start,
    store_events,
    supervised,
)
from benchmarks.figure import Figure
from benchmarks.warm import cases, comparison, profile

BENCHMARKS: dict[str, Callable[[], Iterator[Figure]]] = {
    "start": server_start.measure,
    "first-load": first_load.measure,
    "line-latency": line_latency.measure,
    "overhead": overhead.measure,
    "store": store_events.measure,
    "engine": engine.measure,
    "flow": flow.measure,
    "supervised": supervised.measure,
    "fan-out": fan_out.measure,
    "restart": restart.measure,
    "warm": comparison.measure,
    "warm-profile": profile.measure,
    "warm-cases": cases.measure,
}
PART_OF_ANOTHER = frozenset({"line-latency"})
"""Measured by itself only if it is named: `warm` does it too."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure octopus on this machine.")
    parser.add_argument(
        "names", nargs="*", choices=[[], *BENCHMARKS], metavar="NAME", help=f"of {', '.join(BENCHMARKS)}"
    )
    parser.add_argument("--write", action="store_true", help="into docs/benchmarks.md, also if only some are measured")
    chosen = parser.parse_args()
    measured: dict[str, list[Figure]] = {}
    for name in chosen.names or [name for name in BENCHMARKS if name not in PART_OF_ANOTHER]:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        measured[name] = list(BENCHMARKS[name]())
        report.show(measured[name])
    if chosen.write or not chosen.names:
        report.write(measured)


if __name__ == "__main__":
    main()
