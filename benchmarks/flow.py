"""What octopus.flow adds to a step that does nothing: in process, nothing stored, nobody following. Beside what
fastflow says of itself, and other engines where they are installed."""

import gc
import time
from collections.abc import Iterator

from benchmarks import other_engines
from benchmarks.figure import Figure, median, spread
from octopus.flow import ExecutionStep, FlowExecutor

ROUNDS = {100: 60, 1_000: 30, 10_000: 9}
"""Per number of steps how many runs are measured."""
GOAL_US = 30
FASTFLOW = "sgaseretto's fastflow (published: 28-29 us in a chain; 200 ms with its default delays)"


def measure() -> Iterator[Figure]:
    for name, shape in (("chain", _chain), ("fan", _fan)):
        medians = {}
        for count, rounds in ROUNDS.items():
            executor = FlowExecutor("bench", shape(count))
            first = _per_step_us(executor)
            rest = [_per_step_us(executor) for _ in range(rounds)]
            medians[count] = median(rest)
            detail = f"{spread(rest, 'us')}; {first:.3g} us in the first run, which plans the flow"
            yield Figure(f"a step that does nothing, {name} of {count:,}", medians[count], "us", GOAL_US, detail=detail)
        ratio = medians[10_000] / medians[1_000]
        yield Figure(f"cost per step, {name} of 10,000 over one of 1,000", ratio, "times", 1.5)
    yield Figure(f"the same, {FASTFLOW}", 28.5, "us", detail="not measured here")
    yield from other_engines.measure()


def _per_step_us(executor: FlowExecutor) -> float:
    gc.collect()
    began = time.perf_counter()
    run = executor.start()
    run.wait()
    seconds = time.perf_counter() - began
    if run.status != "success":
        raise RuntimeError(f"the flow ended with {run.messages()[-1]}")
    return seconds / len(executor.steps) * 1e6


async def _nothing(context: dict[str, object], inputs: dict[str, object]) -> None:
    pass


def _chain(count: int) -> list[ExecutionStep]:
    return [ExecutionStep(f"s{n}", depends_on=[f"s{n - 1}"] if n else [], handler=_nothing) for n in range(count)]


def _fan(count: int) -> list[ExecutionStep]:
    """One step, then all but two at once, then one that waits for them."""
    middle = [ExecutionStep(f"s{n}", depends_on=["first"], handler=_nothing) for n in range(count - 2)]
    last = ExecutionStep("last", depends_on=[step.node_id for step in middle], handler=_nothing)
    return [ExecutionStep("first", handler=_nothing), *middle, last]
