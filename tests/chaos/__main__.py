"""`make chaos`: minutes of random faults, then the verdict and a report. Exit code 1 if a promise was broken."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from tests.chaos.faults import FAULTS
from tests.chaos.pipelines import random_pipeline, register_project
from tests.chaos.verdict import attempted_ways, faults_found, printed_lines
from tests.chaos.watcher import Watcher
from tests.support.api import ENDED
from tests.support.server import ServerProcess

RUNS_AT_ONCE = 4
END_LIMIT_S = 600.0
"""How long the runs may take to end once nothing is killed any more."""


def main() -> int:
    options = _options()
    seed = options.seed if options.seed is not None else int(time.time())
    print(f"chaos for {options.minutes:g} minutes, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="octopus-chaos-") as folder:
        server = ServerProcess(
            Path(folder) / "data", {"OCTOPUS_CANCEL_GRACE_S": "2", "OCTOPUS_STOP_STEPS": "false"}
        ).up()
        try:
            with server.client() as client:
                register_project(client)
            kills, watchers = _rage(server, Random(seed), options.minutes * 60)
            _wait_for_the_end(watchers)
            faults = faults_found(server, watchers)
            print(_report(server, seed, options.minutes, kills, watchers, faults))
        finally:
            server.stop()
    return 1 if faults else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, help="repeat an earlier order of faults and pipelines")
    return parser.parse_args()


def _rage(server: ServerProcess, random: Random, seconds: float) -> tuple[Counter[str], list[Watcher]]:
    """Keep RUNS_AT_ONCE runs going and do something bad every few seconds."""
    kills: Counter[str] = Counter()
    watchers: list[Watcher] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        while sum(watcher.is_alive() for watcher in watchers) < RUNS_AT_ONCE:
            watchers.append(Watcher(server, random_pipeline(random)))
            watchers[-1].start()
        time.sleep(random.uniform(1, 8))
        name = random.choice([*FAULTS, "client's connection cut"])
        if name in FAULTS:
            kills[name] += FAULTS[name](server, random)
        else:
            random.choice(watchers).cut()
            kills[name] += 1
    return kills, watchers


def _wait_for_the_end(watchers: list[Watcher]) -> None:
    deadline = time.monotonic() + END_LIMIT_S
    for watcher in watchers:
        watcher.join(max(0.0, deadline - time.monotonic()))
        watcher.give_up()


def _report(
    server: ServerProcess,
    seed: int,
    minutes: float,
    kills: Counter[str],
    watchers: list[Watcher],
    faults: list[str],
) -> str:
    acknowledged = [watcher.run_id for watcher in watchers if watcher.run_id is not None]
    with server.client() as client:
        statuses = Counter(client.get(f"/api/runs/{run_id}").json()["status"] for run_id in acknowledged)
        lines = sum(printed_lines(client, run_id) for run_id in acknowledged)
        ways = Counter(way for run_id in acknowledged for way in attempted_ways(client, run_id))
    attempts = ", ".join(f"{ways[way]} {way}" for way in sorted(ways))
    endings = ", ".join(f"{statuses[status]} {status}" for status in sorted(ENDED))
    rows = [f"| {name} | {kills[name]} |" for name in sorted(kills)]
    verdict = [f"- {fault}" for fault in faults] or ["Every promise was kept."]
    return "\n".join(
        [
            f"\n{minutes:g} minutes, seed {seed}: {len(acknowledged)} runs ({endings}), "
            f"attempts: {attempts}; {lines} log lines, "
            f"{sum(watcher.reconnects for watcher in watchers)} reconnects, {len(faults)} faults found.\n",
            "| fault | times |",
            "|---|---|",
            *rows,
            "",
            *verdict,
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
