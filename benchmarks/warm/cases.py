"""Every case of the contract suite for both backends, cold and warm in turns: what part of the cold attempt's time the
warm one takes. Not one may take longer."""

import asyncio
import importlib
import pkgutil
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import tests.contract.equality as suite
from benchmarks.figure import Figure, median
from octopus.execution.backends.cold import ColdBackend
from tests.support.engine_room import BIN_DIR
from tests.support.equality import WAYS, Case, Estate, Laboratory, Way
from tests.support.warm import warm_backend

ROUNDS = 2
Seconds = dict[tuple[str, Way], list[float]]


def measure() -> Iterator[Figure]:
    cases = {case.id: case for module in _modules() for case in _cases(module)}
    seconds: Seconds = defaultdict(list)
    for number in range(ROUNDS):
        print(f"  round {number + 1} of {len(cases)} cases ...", file=sys.stderr, flush=True)
        with tempfile.TemporaryDirectory(prefix="octopus-") as folder:
            estate = Estate.make(Path(folder) / "estate")
            asyncio.run(_observe(list(cases.values()), Path(folder), estate, seconds))
    ratios = {id: median(seconds[id, "warm"]) / median(seconds[id, "cold"]) for id in cases}
    ordered = sorted(ratios, key=ratios.__getitem__)
    what = f"warm over cold, {len(cases)} cases of the contract suite"
    yield Figure(
        f"{what}: the one that gains least", ratios[ordered[-1]], "of it", 1, detail=_story(ordered[-1], seconds)
    )
    middle = ordered[len(ordered) // 2]
    yield Figure(f"{what}: the one in the middle", ratios[middle], "of it", detail=_story(middle, seconds))


async def _observe(cases: list[Case], folder: Path, estate: Estate, seconds: Seconds) -> None:
    short, home = folder / "t", folder / "warm"
    short.mkdir()
    home.mkdir()
    laboratory = Laboratory(folder / "attempts", short, estate)
    laboratory.backends["cold"] = ColdBackend(BIN_DIR)
    async with warm_backend(estate.settings, home) as warm:
        laboratory.backends["warm"] = warm
        for case in cases:
            for way in WAYS:
                began = time.perf_counter()
                await laboratory.observe(way, case)
                seconds[case.id, way].append(time.perf_counter() - began)


def _modules() -> list[ModuleType]:
    found = pkgutil.iter_modules(suite.__path__, f"{suite.__name__}.")
    return [importlib.import_module(module.name) for module in found if module.name.rpartition(".")[2][:5] == "test_"]


def _cases(module: ModuleType) -> Iterator[Case]:
    for value in vars(module).values():
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, Case))


def _story(id: str, seconds: Seconds) -> str:
    return f"`{id}`: " + ", ".join(f"{way} {median(seconds[id, way]):.3g} s" for way in WAYS)
