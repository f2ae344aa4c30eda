"""Every way beside every other in one run: the rounds are interleaved, so that whatever else the machine does meets
all. What matters is the part of the shell loop's time, not the seconds."""

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx

from benchmarks import line_latency
from benchmarks.figure import Figure, median, spread
from benchmarks.warm import many_steps, memory
from benchmarks.warm.ways import (
    Way,
    WentAnotherWay,
    by_octopus,
    environment_by_hand,
    executed_commands,
    get_ready,
    shell_loop,
    timed,
    until_warm,
)
from benchmarks.warm.workloads import Workload, chain, fan_out, training
from tests.support.server import ServerProcess

CHAIN, WIDTH = 10, 20
CHAIN_GOAL, TRAINING_GOAL, UNCHANGED_GOAL_S = 0.045, 0.15, 0.3
ALSO_HOPED = "0.03 is aimed at, 0.017 the stretch"
BY_HAND = Path(__file__).parent / "training_by_hand.py"
TRAINING = "W3 training pipeline, breast cancer"
LATEST_COLD_S = 300.0
"""No further round of what takes half a minute and more begins later: the whole takes a quarter of an hour."""


def workloads() -> list[Workload]:
    """The fan-out of steps that log is, `mlflow run` by `mlflow run`, the chain of them: a loop of its own would take
    more than two minutes."""
    logging = f"W1 chain of {CHAIN} that log"
    return [
        Workload(
            f"W1 chain of {CHAIN} that do nothing", chain("nothing", CHAIN), CHAIN, CHAIN_GOAL, 10, 3, goes_cold=True
        ),
        Workload(logging, chain("log", CHAIN), CHAIN, CHAIN_GOAL, 10, 2, goes_cold=True),
        Workload(f"W2 fan-out of {WIDTH}, nothing", fan_out("nothing", WIDTH), WIDTH + 2, CHAIN_GOAL, 5, 1),
        Workload(f"W2 fan-out of {WIDTH} that log", fan_out("log", WIDTH), WIDTH + 2, CHAIN_GOAL, 5, loop_like=logging),
        Workload(TRAINING, training(), 7, TRAINING_GOAL, 5, 2, goes_cold=True),
    ]


def measure() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
        server = ServerProcess(Path(folder) / "data").up()
        try:
            with server.client() as client:
                project = get_ready(client, Path(folder))
                yield from Comparison(server, client, project, workloads()).figures()
                yield from line_latency.measure_at(server, client)
                yield from memory.measure(server, client, Path(folder))
        finally:
            server.stop()
    yield from many_steps.measure()


class Comparison:
    """`figures` once."""

    def __init__(self, server: ServerProcess, client: httpx.Client, project: Path, chosen: Sequence[Workload]) -> None:
        self._server = server
        self._client = client
        self._project = project
        self._workloads = chosen
        self._seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
        self._commands: dict[str, list[list[str]]] = {}
        self._environment = environment_by_hand(server)
        self._began = time.monotonic()

    def figures(self) -> Iterator[Figure]:
        for workload in self._workloads:
            self._prepare(workload)
        for number in range(max(workload.warm_rounds for workload in self._workloads)):
            for workload in self._workloads:
                if number < workload.warm_rounds:
                    self._round(workload, number)
        for workload in self._workloads:
            yield from self._of(workload)
        yield from self._of_training()

    def _prepare(self, workload: Workload) -> None:
        """The first run of each kind is not counted. One goes cold: its commands are those of the shell loop."""
        self._by_octopus(workload, "warm")
        del self._seconds[workload.name, "warm"]
        if workload.goes_cold:
            run_id = self._by_octopus(workload, "cold")
            self._commands[workload.name] = executed_commands(self._server.data_dir, run_id, self._project)

    def _round(self, workload: Workload, number: int) -> None:
        self._by_octopus(workload, "warm")
        if self._is_turn(workload.loop_rounds, workload, number):
            self._note(workload, "loop", shell_loop(self._loop_of(workload), self._environment))
        if workload.name == TRAINING:
            _, seconds = by_octopus(self._client, workload.document, "warm", force=False)
            self._note(workload, "unchanged", seconds)
            self._note(workload, "by hand", timed([sys.executable, str(BY_HAND)], self._environment))

    def _is_turn(self, rounds: int, workload: Workload, number: int) -> bool:
        """Spread over the warm rounds; the first always has its turn."""
        if number == 0:
            return rounds > 0
        every = max(1, workload.warm_rounds // max(1, rounds))
        in_time = time.monotonic() - self._began < LATEST_COLD_S
        return number % every == 0 and number // every < rounds and in_time

    def _loop_of(self, workload: Workload) -> list[list[str]]:
        """A fan-out is, step by step, the chain of the same entry point."""
        commands = self._commands.get(workload.name) or self._commands[self._like(workload)]
        return [commands[number % len(commands)] for number in range(workload.steps)]

    def _like(self, workload: Workload) -> str:
        types = {step["type"] for step in workload.document["steps"]}
        return next(
            other.name
            for other in self._workloads
            if other.goes_cold and {step["type"] for step in other.document["steps"]} == types
        )

    def _by_octopus(self, workload: Workload, way: Way) -> str:
        """A run in which the warm backend was started anew does not count."""
        try:
            run_id, seconds = by_octopus(self._client, workload.document, way)
        except WentAnotherWay as error:
            print(f"  once more: {error}", file=sys.stderr, flush=True)
            until_warm(self._client)
            run_id, seconds = by_octopus(self._client, workload.document, way)
        self._note(workload, way, seconds)
        return run_id

    def _note(self, workload: Workload, way: str, seconds: float) -> None:
        """Told at once: whoever breaks off what takes a quarter of an hour has seen something."""
        self._seconds[workload.name, way].append(seconds)
        print(f"  {workload.name}, {way}: {seconds:.3g} s", file=sys.stderr, flush=True)

    def _of(self, workload: Workload) -> Iterator[Figure]:
        loop_s, how = self._loop_seconds(workload)
        name = workload.name
        yield Figure(f"{name}: shell loop of `mlflow run`", loop_s, "s", detail=how)
        for way in ("cold", "warm"):
            if measured := self._seconds[name, way]:
                per_step = f"; {median(measured) / workload.steps * 1000:,.0f} ms per step"
                yield Figure(f"{name}: octopus {way}", median(measured), "s", detail=spread(measured, "s") + per_step)
        ratio = median(self._seconds[name, "warm"]) / loop_s
        detail = f"{1 / ratio:.3g} times as fast" + (f"; {ALSO_HOPED}" if workload.goal == CHAIN_GOAL else "")
        yield Figure(f"{name}: octopus warm, of the shell loop", ratio, "of it", workload.goal, detail=detail)

    def _loop_seconds(self, workload: Workload) -> tuple[float, str]:
        if measured := self._seconds[workload.name, "loop"]:
            return median(measured), spread(measured, "s")
        like = next(other for other in self._workloads if other.name == workload.loop_like)
        seconds = median(self._seconds[like.name, "loop"]) / like.steps * workload.steps
        return seconds, f"not run: {workload.steps} of the steps of {like.name}"

    def _of_training(self) -> Iterator[Figure]:
        by_hand, warm = self._seconds[TRAINING, "by hand"], self._seconds[TRAINING, "warm"]
        unchanged = self._seconds[TRAINING, "unchanged"]
        if by_hand:
            yield Figure(f"{TRAINING}: one Python script by hand", median(by_hand), "s", detail=spread(by_hand, "s"))
            ratio = median(warm) / median(by_hand)
            yield Figure(f"{TRAINING}: octopus warm, of the script by hand", ratio, "of it", 1.0)
            name, how = "W4 the same unchanged, reused, over HTTP", spread(unchanged, "s")
            yield Figure(name, median(unchanged), "s", UNCHANGED_GOAL_S, detail=how)
