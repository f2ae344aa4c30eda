"""What octopus adds: a chain of steps run by octopus, cold, and the very same `mlflow run`s one by one by hand.

Both in turn, several times, so that whatever else the machine does meets both. By hand means: the argv and environment
that octopus used, on the same inputs, but without the MLflow run that octopus made for it.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, median, spread
from benchmarks.warm.ways import by_octopus
from tests.support.server import ServerProcess

ROUNDS = 5
STEPS = ("load", "first", "second", "third")


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
        octopus_s, hand_s = _rounds(Path(folder))
    ratios = [one / other for one, other in zip(octopus_s, hand_s, strict=True)]
    percents = [(ratio - 1) * 100 for ratio in ratios]
    what = f"a chain of {len(STEPS)} steps"
    yield Figure(f"{what} by octopus", median(octopus_s), "s", detail=spread(octopus_s, "s"))
    yield Figure(f"{what} by hand", median(hand_s), "s", detail=spread(hand_s, "s"))
    yield Figure("octopus' overhead over the same by hand", median(percents), "%", 5, detail=spread(percents, "%"))


def _rounds(folder: Path) -> tuple[list[float], list[float]]:
    octopus_s, hand_s = [], []
    server = ServerProcess(folder / "data").up()
    try:
        with server.client() as client:
            by_octopus(client, _document(), "cold")  # the first makes MLflow's database and fills the disk cache
            for number in range(ROUNDS):
                run_id, seconds = by_octopus(client, _document(), "cold")
                octopus_s.append(seconds)
                hand_s.append(_one_by_hand(folder / f"hand-{number}", server.data_dir, run_id))
    finally:
        server.stop()
    return octopus_s, hand_s


def _one_by_hand(outputs: Path, data_dir: Path, run_id: str) -> float:
    commands = [_by_hand(data_dir / "attempts" / run_id / f"{step}.1.1", outputs / step, data_dir) for step in STEPS]
    began = time.perf_counter()
    for argv, env in commands:
        subprocess.run(argv, env=env, check=True, capture_output=True)
    return time.perf_counter() - began


def _by_hand(attempt: Path, outputs: Path, data_dir: Path) -> tuple[list[str], dict[str, str]]:
    argv = json.loads((attempt / "spec.json").read_text())["argv"]
    at = argv.index("--run-id")
    outputs.mkdir(parents=True)
    env = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MLFLOW_TRACKING_URI": f"sqlite:///{data_dir / 'mlflow.db'}",
        "OCTOPUS_OUTPUTS": str(outputs),
        "OCTOPUS_EVENTS": str(outputs.with_suffix(".events")),
        "PYTHONUNBUFFERED": "1",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    return argv[:at] + argv[at + 2 :], env


def _document() -> dict[str, Any]:
    steps = [{"id": STEPS[0], "type": "ingest", "params": {"bundled": "iris", "skip_profile": True}}]
    steps += [{"id": step, "type": "clean", "params": {"skip_profile": True}} for step in STEPS[1:]]
    edges = [
        {"source": source, "source_port": "data", "target": target, "target_port": "data"}
        for source, target in pairwise(STEPS)
    ]
    return {"schema_version": 1, "name": "Chain", "steps": steps, "edges": edges}
