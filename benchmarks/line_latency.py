"""From a line printed by a step to its arrival at a WebSocket client, through a real `mlflow run`.

The step prints the time at which it prints; the client, on the same machine, looks at the same clock.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect

from benchmarks.figure import Figure, percentile
from tests.support.api import start_run
from tests.support.server import TOKEN, ServerProcess

LINES = 500
SPACING_S = 0.005
MARK = "printed at "

LOADER = f'''
import sys
import time

import pandas as pd


def load(path):
    due = time.monotonic()
    for _ in range({LINES}):
        due += {SPACING_S}
        time.sleep(max(0.0, due - time.monotonic()))
        sys.stdout.write(f"{MARK}{{time.time_ns()}}\\n")
        sys.stdout.flush()
    return pd.DataFrame({{"a": [1]}})
'''


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
        server = ServerProcess(Path(folder) / "data").up()
        try:
            with server.client() as client:
                yield from measure_at(server, client)
        finally:
            server.stop()


def measure_at(server: ServerProcess, client: httpx.Client) -> Iterator[Figure]:
    answer = client.post("/api/datasets", files={"file": ("one.csv", b"a\n1\n")})
    assert answer.status_code == 201, answer.text
    run_id = start_run(client, _document(answer.json()["location"]), force=True)
    delays = list(_followed(server, run_id))
    detail = f"{len(delays)} lines, {SPACING_S * 1000:g} ms apart; the slowest took {max(delays):.3g} ms"
    yield Figure("W6 printed line to WebSocket client, p50", percentile(delays, 50), "ms", 5, detail=detail)
    yield Figure("W6 printed line to WebSocket client, p99", percentile(delays, 99), "ms", 25)


def _followed(server: ServerProcess, run_id: str) -> Iterator[float]:
    url = f"{server.url.replace('http', 'ws', 1)}/api/runs/{run_id}/ws"
    with connect(url, additional_headers={"Authorization": f"Bearer {TOKEN}"}, max_size=None) as socket:
        for frame in socket:
            arrived_ns = time.time_ns()
            for item in json.loads(frame):
                yield from _delays_of(item, arrived_ns)
    assert item["kind"] == "run.succeeded", item


def _delays_of(item: dict[str, Any], arrived_ns: int) -> Iterator[float]:
    for line in item.get("lines", ()) if item["kind"] == "log" else ():
        if line["text"].startswith(MARK):
            yield (arrived_ns - int(line["text"].removeprefix(MARK))) / 1e6


def _document(location: str) -> dict[str, Any]:
    params = {"location": location, "loader": LOADER, "skip_profile": True}
    return {"schema_version": 1, "name": "Talk", "steps": [{"id": "talk", "type": "ingest", "params": params}]}
