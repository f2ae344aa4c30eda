"""From `octopus serve` to the first answer of /api/health, and what the idle server then holds in memory."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, median, spread
from tests.support.server import ServerProcess

STARTS = 5
SETTLE_S = 3.0
"""The tracking worker is up by then, and the server at rest."""


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
        data_dir = Path(folder) / "data"
        first_s, _ = _start(data_dir)
        again = [_start(data_dir) for _ in range(STARTS)]
    starts = [seconds for seconds, _ in again]
    memory = [mebibytes for _, mebibytes in again]
    yield Figure("`octopus serve` to /api/health, second start", median(starts), "s", 2.0, detail=spread(starts, "s"))
    yield Figure("the very first start (makes the database)", first_s, "s")
    yield Figure(
        "memory of the idle server (PSS, without the worker)", median(memory), "MiB", 150, detail=spread(memory, "MiB")
    )


def _start(data_dir: Path) -> tuple[float, float]:
    server = ServerProcess(data_dir)
    began = time.perf_counter()
    try:
        server.up()
        seconds = time.perf_counter() - began
        time.sleep(SETTLE_S)
        return seconds, _pss_mib(server.pid)
    finally:
        server.stop()


def _pss_mib(pid: int) -> float:
    """Proportional set size: shared pages counted by the share."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kib = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kib / 1024
