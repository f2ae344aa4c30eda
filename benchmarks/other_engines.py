"""The same chain of steps that do nothing, in other engines: those of them that are installed beside octopus."""

import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

from benchmarks.figure import Figure

STEPS = 100


def measure() -> Iterator[Figure]:
    """Once each, after a first run that is not counted. Prints why one is left out."""
    for name, chain in ENGINES.items():
        if find_spec(name) is None:
            print(f"  {name} is left out: it is not installed here", file=sys.stderr)
            continue
        try:
            run = chain(STEPS)
            run()
            began = time.perf_counter()
            run()
        except Exception as exc:
            print(f"  {name} is left out: {type(exc).__name__}: {exc}", file=sys.stderr)
            continue
        per_step_us = (time.perf_counter() - began) / STEPS * 1e6
        yield Figure(f"a step that does nothing, {name}", per_step_us, "us", detail=f"a chain of {STEPS}, one run")


def _dask(steps: int) -> Callable[[], object]:
    import dask

    step = dask.delayed(lambda before: before)
    value: Any = None
    for number in range(steps):
        value = step(value, dask_key_name=f"s{number}")
    return lambda: value.compute(scheduler="threads")


def _luigi(steps: int) -> Callable[[], object]:
    import luigi

    logging.getLogger("luigi").setLevel(logging.CRITICAL)
    done: set[tuple[int, int]] = set()

    class Step(luigi.Task):
        number = luigi.IntParameter()
        execution = luigi.IntParameter()

        def requires(self) -> list[Any]:
            return [Step(number=self.number - 1, execution=self.execution)] if self.number else []

        def complete(self) -> bool:
            return (self.number, self.execution) in done

        def run(self) -> None:
            done.add((self.number, self.execution))

    executions = iter(range(1_000))
    return lambda: luigi.build(
        [Step(number=steps - 1, execution=next(executions))], local_scheduler=True, log_level="CRITICAL"
    )


def _kedro(steps: int) -> Callable[[], object]:
    from kedro.io import DataCatalog, MemoryDataset
    from kedro.pipeline import Pipeline, node
    from kedro.runner import SequentialRunner

    logging.getLogger("kedro").setLevel(logging.CRITICAL)
    nodes = [node(lambda value: value + 1, f"d{n}", f"d{n + 1}", name=f"s{n}") for n in range(steps)]
    pipeline = Pipeline(nodes)
    return lambda: SequentialRunner().run(pipeline, DataCatalog({"d0": MemoryDataset(0)}))


def _dagster(steps: int) -> Callable[[], object]:
    import dagster

    @dagster.op(name="step", ins={"before": dagster.In(int)}, out=dagster.Out(int))
    def step(before: int) -> int:
        return before

    @dagster.op(out=dagster.Out(int))
    def first() -> int:
        return 0

    @dagster.job
    def chain() -> None:
        value = first()
        for number in range(1, steps):
            value = step.alias(f"s{number}")(value)

    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    return lambda: chain.execute_in_process(run_config=quiet)


def _prefect(steps: int) -> Callable[[], object]:
    os.environ.setdefault("PREFECT_HOME", tempfile.mkdtemp(prefix="octopus-bench-prefect-"))
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "CRITICAL")
    import prefect

    @prefect.task
    def step(before: int) -> int:
        return before

    @prefect.flow
    def chain() -> int:
        value = 0
        for _ in range(steps):
            value = step(value)
        return value

    return chain


ENGINES: dict[str, Callable[[int], Callable[[], object]]] = {
    "dask": _dask,
    "luigi": _luigi,
    "kedro": _kedro,
    "dagster": _dagster,
    "prefect": _prefect,
}
