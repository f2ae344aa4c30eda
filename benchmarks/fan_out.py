"""From a step that prints a thousand lines a second to 1, 20 and 100 WebSocket clients that all watch it, through a
real `mlflow run`: how late a line is, how many are delivered. The clients live in one process on the same machine."""

import asyncio
import re
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from websockets.asyncio.client import connect

from benchmarks.figure import Figure, percentile
from tests.chaos.pipelines import pipeline, register_project, ticker
from tests.support.api import start_run, step_of, wait_for
from tests.support.server import TOKEN, ServerProcess

CLIENTS = (1, 20, 100)
LINES = 8_000
PAUSE_S = 0.05
"""After every fiftieth line: a thousand lines a second."""
GOAL_P95_MS = 300
_AT = re.compile(r'"at":"([^"]+)"')


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
        server = ServerProcess(Path(folder) / "data").up()
        try:
            with server.client() as client:
                register_project(client)
            for count in CLIENTS:
                yield from _with_clients(server, count)
        finally:
            server.stop()


def _with_clients(server: ServerProcess, count: int) -> Iterator[Figure]:
    with server.client() as client:
        run_id = start_run(client, pipeline("Fan out", [ticker("talk", LINES, pause_s=PAUSE_S)], []))
        wait_for(client, run_id, lambda view: step_of(view, "talk")["status"] == "running")
    delays_ms, lines, seconds = asyncio.run(_watch(server, run_id, count))
    assert lines == count * LINES, (lines, count * LINES)
    name = f"1,000 lines/s to {count} {'client' if count == 1 else 'clients'}"
    yield Figure(
        f"{name}, p95 of the delay",
        percentile(delays_ms, 95),
        "ms",
        GOAL_P95_MS,
        detail=f"p50 {percentile(delays_ms, 50):.3g} ms; no line lost or doubled",
    )
    yield Figure(f"{name}, delivered", lines / seconds, "lines/s")


async def _watch(server: ServerProcess, run_id: str, count: int) -> tuple[list[float], int, float]:
    """(delay of the newest line of every frame, lines heard by all, seconds from the first line to the last)."""
    delays_ms: list[float] = []
    heard = [0] * count
    first_s, last_s = [float("inf")], [0.0]
    url = f"ws://127.0.0.1:{server.port}/api/runs/{run_id}/ws?after=0"

    async def listen(number: int) -> None:
        async with connect(url, additional_headers={"Authorization": f"Bearer {TOKEN}"}, max_size=None) as socket:
            async for frame in socket:
                now = time.time()
                text = frame if isinstance(frame, str) else frame.decode()
                if found := text.count('"n":'):
                    heard[number] += found
                    first_s[0], last_s[0] = min(first_s[0], now), now
                    printed = datetime.fromisoformat(_AT.findall(text)[-1]).timestamp()
                    delays_ms.append((now - printed) * 1000)

    await asyncio.gather(*(listen(number) for number in range(count)))
    return delays_ms, sum(heard), last_s[0] - first_s[0]
