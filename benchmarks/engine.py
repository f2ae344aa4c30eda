"""How many steps a second the engine takes through a run whose attempts end at once: alone, and with every event
committed to SQLite in batches, as the executor does. And what ten times as many steps cost."""

import asyncio
import gc
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, median, spread
from octopus.compiler.plan import Plan
from octopus.domain.event import Event
from octopus.domain.fold import Folder
from octopus.engine.commands import CloseRun, Command, StartAttempt
from octopus.engine.machine import RunMachine
from octopus.engine.signals import AttemptStarted, AttemptSucceeded, RunAdmitted, RunClosed, Signal
from octopus.store.database import Database
from octopus.store.runs import SqlRunStore
from tests.support.drawings import edge, plan, step
from tests.support.plans import Loop, with_loops
from tests.support.runs import AT, a_record

ROUNDS = 5
LARGE, SMALL = 10_000, 1_000
WIDTH = 100
BODY = 10
PORTS = frozenset({"data"})
SIGNALS_AT_ONCE = 100
"""As in the executor: signals whose events are committed together when many wait."""


def measure() -> Iterator[Figure]:
    began = time.perf_counter()
    large, small = layers(LARGE), layers(SMALL)
    compiled_s = time.perf_counter() - began
    yield Figure(f"compiling plans of {LARGE:,} and {SMALL:,} steps", compiled_s, "s")
    yield from _alone(large, small)
    yield from _looped()
    yield from _stored(large)


def _alone(large: Plan, small: Plan) -> Iterator[Figure]:
    fast = [_rate(large) for _ in range(ROUNDS)]
    few = [_rate(small) for _ in range(ROUNDS * 4)]
    unit = "steps/s"
    detail = f"{LARGE:,} steps in layers of {WIDTH}, two edges into each; {spread(fast, unit)}"
    yield Figure("steps through the engine, nothing stored", median(fast), unit, 5000, True, detail)
    ratio = median(few) / median(fast)
    detail = f"{SMALL:,} steps: {spread(few, unit)}; 1 would be exactly linear"
    yield Figure(f"cost per step at {LARGE:,} steps over that at {SMALL:,}", ratio, "times", 1.5, detail=detail)


def _looped() -> Iterator[Figure]:
    looped, executions = _loop(LARGE // BODY)
    rates = [executions / _seconds(looped) for _ in range(ROUNDS)]
    what = f"steps through the engine in a loop of {BODY}"
    unit = "steps/s"
    yield Figure(what, median(rates), unit, 5000, True, f"{LARGE // BODY:,} iterations; {spread(rates, unit)}")


def _stored(large: Plan) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="octopus-bench-") as folder:
        rates = asyncio.run(_stored_rates(Path(folder), large))
    unit = "steps/s"
    what = "steps through the engine, every event in SQLite"
    yield Figure(what, median(rates), unit, 1000, True, spread(rates, unit))


def _rate(of: Plan) -> float:
    return len(of.steps) / _seconds(of)


def _seconds(of: Plan) -> float:
    gc.collect()
    machine, waiting = _begin("r", of)
    began = time.perf_counter()
    while waiting:
        waiting += _answers(machine.handle(waiting.popleft()).commands)
    seconds = time.perf_counter() - began
    assert machine.is_over
    return seconds


async def _stored_rates(folder: Path, of: Plan) -> list[float]:
    database = Database.open(folder / "octopus.db")
    store = SqlRunStore(database)
    rates = [len(of.steps) / await stored_seconds(store, f"r{number}", of) for number in range(ROUNDS)]
    database.close()
    return rates


async def stored_seconds(store: SqlRunStore, run_id: str, of: Plan) -> float:
    """Signals are taken, events committed and folded as the executor does it."""
    machine, waiting = _begin(run_id, of)
    first = RunMachine(run_id, of).queued(AT).events
    await store.create_run(a_record(run_id), first, None)
    folder = Folder(run_id)
    for event in first:
        folder.add(event)
    began = time.perf_counter()
    while waiting:
        taken = [waiting.popleft() for _ in range(min(SIGNALS_AT_ONCE, len(waiting)))]
        transitions = [machine.handle(signal) for signal in taken]
        events: list[Event] = [event for transition in transitions for event in transition.events]
        await store.append(run_id, events)
        for event in events:
            folder.add(event)
        for transition in transitions:
            waiting += _answers(transition.commands)
    seconds = time.perf_counter() - began
    assert folder.state().status.is_terminal
    return seconds


def _begin(run_id: str, of: Plan) -> tuple[RunMachine, deque[Signal]]:
    machine = RunMachine(run_id, of)
    machine.queued(AT)
    return machine, deque([RunAdmitted(AT, "m", "1")])


def _answers(commands: tuple[Command, ...]) -> Iterator[Signal]:
    """A backend that takes no time: every attempt starts and succeeds on all its ports."""
    for command in commands:
        if isinstance(command, StartAttempt):
            yield AttemptStarted(AT, command.key, "none", "m")
            yield AttemptSucceeded(AT, command.key, PORTS)
        if isinstance(command, CloseRun):
            yield RunClosed(AT)


def layers(count: int) -> Plan:
    """Every step of a layer needs two of the layer before."""
    steps = [step(f"s{n}", "source" if n < WIDTH else "join") for n in range(count)]
    edges = []
    for n in range(WIDTH, count):
        above, column = n // WIDTH * WIDTH - WIDTH, n % WIDTH
        edges += [edge(f"s{above + (column + k) % WIDTH}.data -> s{n}.data") for k in range(2)]
    return plan(steps, edges)


def _loop(iterations: int) -> tuple[Plan, int]:
    """A chain whose last step always sends it back to the first; and how many attempts that makes."""
    steps = [step("s0", "maybe"), *(step(f"s{n}", "pass_on") for n in range(1, BODY))]
    forward = plan(steps, [edge(f"s{n}.data -> s{n + 1}.data") for n in range(BODY - 1)])
    back = Loop(f"s{BODY - 1}.data -> s0.data", iterations, "continue")
    return with_loops(forward, back), iterations * BODY
