"""What the server's processes hold while nothing runs, and what a running step takes more: warm and cold."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import httpx
import psutil

from benchmarks.figure import Figure, median
from benchmarks.warm.ways import Way, start
from benchmarks.warm.workloads import Document
from octopus.execution.backends.process_tree import marked_processes
from tests.support.api import wait_for, wait_until_over
from tests.support.server import ServerProcess

AT_ONCE = 2
GOAL_MIB = 30
"""Above what the step itself allocates; the one that is measured allocates nothing."""
_SERVER, _WORKER = "the server", "the tracking worker"
_FORK_SERVER = "the fork server and the processes that stand by"


@dataclass(frozen=True, slots=True)
class Held:
    """In MiB. `pss`: shared pages in proportion; `private`: what would be free if only this process ended."""

    role: str
    pss: float
    private: float


def measure(server: ServerProcess, client: httpx.Client, folder: Path) -> Iterator[Figure]:
    idle = _standing(server)
    for held in idle:
        detail = f"private {held.private:.3g} MiB; nothing runs"
        yield Figure(f"memory of {held.role} (PSS)", held.pss, "MiB", detail=detail)
    for way in ("warm", "cold"):
        yield from _running(server, client, way, folder / f"let-go-{way}", sum(held.pss for held in idle))


def _running(server: ServerProcess, client: httpx.Client, way: Way, let_go: Path, idle_mib: float) -> Iterator[Figure]:
    run_id = start(client, _waiting(let_go), way)
    try:
        wait_for(client, run_id, lambda _: all(_has_printed(client, run_id, number) for number in range(AT_ONCE)))
        steps = sorted(_of_steps(server.data_dir / "attempts" / run_id), key=lambda held: held.role)
        everything = sum(held.pss for held in [*_standing(server), *steps])
    finally:
        let_go.touch()
    wait_until_over(client, run_id)
    by_role = {role: [held.private for held in group] for role, group in groupby(steps, lambda held: held.role)}
    parts = ", ".join(f"{role} {median(private):.3g}" for role, private in by_role.items())
    yield Figure(
        f"what a running step takes more, {way} (PSS of everything)",
        (everything - idle_mib) / AT_ONCE,
        "MiB",
        GOAL_MIB if way == "warm" else None,
        detail=f"{AT_ONCE} at once; private memory per process: {parts} MiB",
    )


def _standing(server: ServerProcess) -> list[Held]:
    """The processes that are there whether anything runs or not."""
    below = {child.pid: child.cmdline() for child in psutil.Process(server.pid).children(recursive=True)}
    forked = [_held(_FORK_SERVER, pid) for pid, words in below.items() if words[:1] == ["octopus-warm"]]
    worker = next(pid for pid, words in below.items() if "octopus.tracking.worker" in " ".join(words))
    fork_server = Held(_FORK_SERVER, sum(held.pss for held in forked), sum(held.private for held in forked))
    return [_held(_SERVER, server.pid), fork_server, _held(_WORKER, worker)]


def _of_steps(attempts: Path) -> list[Held]:
    return [_held(_role(psutil.Process(pid).cmdline()), pid) for pid in marked_processes(attempts)]


def _role(words: Iterable[str]) -> str:
    command = " ".join(words)
    if "octopus-supervisor" in command or "octopus.execution.supervisor" in command:
        return "supervisor"
    return "`mlflow run`" if "mlflow" in command and " run " in command else "step"


def _held(role: str, pid: int) -> Held:
    lines = (line.split() for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    kib = {words[0].rstrip(":"): int(words[1]) for words in lines}
    return Held(role, kib["Pss"] / 1024, (kib["Private_Clean"] + kib["Private_Dirty"]) / 1024)


def _has_printed(client: httpx.Client, run_id: str, number: int) -> bool:
    return bool(client.get(f"/api/runs/{run_id}/steps/w{number}/log").json().get("lines"))


def _waiting(let_go: Path) -> Document:
    steps = [{"id": f"w{n}", "type": "bench/wait", "params": {"until": str(let_go)}} for n in range(AT_ONCE)]
    return {"schema_version": 1, "name": "Waiting", "steps": steps, "edges": []}
