"""What it costs that an attempt outlives the server: its start, its lines and its idling, beside the same without a
supervisor. `mlflow run` itself is left out (a script that behaves like it takes its place): it would hide all that."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any

from benchmarks.figure import Figure, median, spread
from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.protocol import AttemptSpec
from octopus.execution.backends.standing import read_processes
from octopus.execution.log.reader import LogReader
from tests.support.attempts import Stage

STARTS = 30
LINES = 300_000
FLOODS = 5
IDLE = 40
IDLE_FOR_S = 10.0

NOW = "date +%s%N"
FLOOD = f"exec seq -f 'epoch %.0f loss 0.12345 accuracy 0.98765' 1 {LINES}"


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
        stage = Stage(Path(folder))
        yield from _starts(stage)
        yield from _floods(stage)
        yield from _idling(stage)


def _starts(stage: Stage) -> Iterator[Figure]:
    """Interleaved, so that what else the machine does hits both alike."""
    python, plain, supervised = [], [], []
    for _ in range(STARTS):
        python.append(_empty_python_ms())
        plain.append(_plain_start_ms(stage))
        supervised.append(_supervised_start_ms(stage))
    extra = [with_it - without for with_it, without in zip(supervised, plain, strict=True)]
    ratios = [more / empty for more, empty in zip(extra, python, strict=True)]
    yield Figure("from the request to the step's first command, plain subprocess", median(plain), "ms")
    yield Figure("the same under a supervisor", median(supervised), "ms", detail=spread(supervised, "ms"))
    yield Figure("what the supervisor adds to a start", median(extra), "ms", detail=spread(extra, "ms"))
    yield Figure("an empty Python process, interleaved", median(python), "ms", detail=spread(python, "ms"))
    yield Figure("the supervisor's start in empty Pythons", median(ratios), "times", detail=spread(ratios, "times"))


def _floods(stage: Stage) -> Iterator[Figure]:
    plain, supervised = [], []
    for _ in range(FLOODS):
        plain.append(_plain_lines_per_s(stage))
        supervised.append(_supervised_lines_per_s(stage))
    ratios = [with_it / without for with_it, without in zip(supervised, plain, strict=True)]
    yield Figure("lines of one step into a plain file", median(plain), "lines/s", detail=spread(plain, "lines/s"))
    yield Figure(
        "lines of one step into its numbered log",
        median(supervised),
        "lines/s",
        30_000,
        higher_is_better=True,
        detail=spread(supervised, "lines/s"),
    )
    yield Figure("the same as a part of the plain file's", median(ratios) * 100, "%")


def _idling(stage: Stage) -> Iterator[Figure]:
    pss_mib, cpu_percent, server_percent = asyncio.run(_idle(stage))
    yield Figure(f"memory of a supervisor (PSS, {IDLE} at once)", pss_mib, "MiB")
    yield Figure(f"{IDLE} idle steps: all supervisors together", cpu_percent, "% of a core")
    yield Figure(f"{IDLE} idle steps: the server that watches them", server_percent, "% of a core")


def _empty_python_ms() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-P", "-c", "pass"], check=True)
    return (time.perf_counter() - began) * 1000


def _plain_start_ms(stage: Stage) -> float:
    spec = stage.spec(NOW)
    began = time.time_ns()
    said = subprocess.run(
        [str(stage.bin_dir / "mlflow"), NOW], env=dict(spec.env), cwd=spec.cwd, capture_output=True, check=True
    ).stdout
    return (int(said) - began) / 1e6


def _supervised_start_ms(stage: Stage) -> float:
    spec = stage.spec(NOW)
    began = time.time_ns()
    _run(_until_the_end(stage, spec))
    return (int(stage.lines(spec)[0][1]) - began) / 1e6


def _plain_lines_per_s(stage: Stage) -> float:
    spec = stage.spec(FLOOD)
    began = time.perf_counter()
    with (spec.directory / "plain").open("wb") as log:
        subprocess.run([str(stage.bin_dir / "mlflow"), FLOOD], env=dict(spec.env), stdout=log, check=True)
    return LINES / (time.perf_counter() - began)


def _supervised_lines_per_s(stage: Stage) -> float:
    spec = stage.spec(FLOOD)
    began = time.perf_counter()
    _run(_until_the_end(stage, spec))
    seconds = time.perf_counter() - began
    step_id = spec.directory.name.partition(".")[0]
    assert LogReader(stage.folder).tail("run", step_id, 1, 1, 1)[0].n == LINES
    return LINES / seconds


async def _until_the_end(stage: Stage, spec: AttemptSpec) -> None:
    end = await (await ColdBackend(stage.bin_dir).start(spec, stage.log_grew)).wait()
    assert end.exit_code == 0, end


async def _idle(stage: Stage) -> tuple[float, float, float]:
    """MiB of one supervisor; per cent of a core for all of them; for the server."""
    backend, specs = ColdBackend(stage.bin_dir), [stage.spec("exec sleep 600") for _ in range(IDLE)]
    attempts = [await backend.start(spec, stage.log_grew) for spec in specs]
    try:
        while not all(AttemptDirectory(spec.directory).processes.exists() for spec in specs):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        pids = [_supervisor(spec) for spec in specs]
        busy_before, own_before = sum(map(_cpu_s, pids)), time.process_time()
        await asyncio.sleep(IDLE_FOR_S)
        busy, own = sum(map(_cpu_s, pids)) - busy_before, time.process_time() - own_before
        return median([_pss_mib(pid) for pid in pids]), busy / IDLE_FOR_S * 100, own / IDLE_FOR_S * 100
    finally:
        await asyncio.gather(*(attempt.cancel(1) for attempt in attempts))


def _supervisor(spec: AttemptSpec) -> int:
    processes = read_processes(AttemptDirectory(spec.directory))
    assert processes is not None
    return processes.supervisor.pid


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _pss_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)
