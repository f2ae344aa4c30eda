"""Work given to other processes and threads, in every way that Python and joblib have."""

NAMES = sorted(globals())

# ruff: noqa: E402 - what is there before anything is imported
import json
import multiprocessing
import os
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import surroundings
from joblib import Parallel, delayed, effective_n_jobs

OUT = Path(os.environ["OCTOPUS_OUTPUTS"])


class Point(NamedTuple):
    """Known to other processes only as a class of `__main__`."""

    x: int
    y: int


def mirrored(point: Point) -> Point:
    return Point(point.y, point.x)


def squared(number: int) -> int:
    """NumPy's matrix product has threads of its own, which do not survive a fork."""
    matrix = np.full((200, 200), float(number))
    return number**2 if (matrix @ matrix)[0, 0] == number * number * 200 else -1


def fork_and_answer(start: str) -> list[object]:
    context = multiprocessing.get_context(start)
    receiver, sender = context.Pipe(duplex=False)
    child = context.Process(target=sender.send, args=(mirrored(Point(1, 2)),), name=f"by {start}")
    child.start()
    answer = receiver.recv()
    child.join()
    return [child.name, child.exitcode, answer]


def by_threads() -> list[int]:
    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(squared, range(8)))


def by_spawned_pool() -> list[Point]:
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(mirrored, [Point(1, 2), Point(3, 4)]))


def by_forked_pool() -> list[int]:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(squared, range(8))


def by_joblib(backend: str) -> list[int]:
    return Parallel(n_jobs=2, backend=backend)(delayed(squared)(number) for number in range(8))


def by_fork() -> list[int]:
    """As bare as it can be, with a child that ends like a program."""
    pid = os.fork()
    if pid == 0:
        sys.exit(9)
    return [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]


def main() -> None:
    told = {
        "bare": by_fork(),
        "main": surroundings.main_module(globals(), NAMES),
        "seen": surroundings.everything(),
        "before": squared(3),
        "threads": by_threads(),
        "spawn": fork_and_answer("spawn"),
        "fork": fork_and_answer("fork"),
        "forkserver": fork_and_answer("forkserver"),
        "spawned pool": by_spawned_pool(),
        "forked pool": by_forked_pool(),
        "loky": by_joblib("loky"),
        "joblib threads": by_joblib("threading"),
        "joblib processes": by_joblib("multiprocessing"),
        "jobs": effective_n_jobs(-1),
        "program": subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True, text=True).stdout,
        "left": [threading.active_count(), len(multiprocessing.active_children())],
    }
    (OUT / "told.json").write_text(json.dumps(told))
    (OUT / "drawn.json").write_text(json.dumps(surroundings.drawn()))


if __name__ == "__main__":
    main()
