"""A data directory with a run that has ended and printed much, made without a process: for servers to show it."""

from dataclasses import dataclass
from pathlib import Path

from tests.api.world import document, open_world, step
from tests.fakes.instant_backend import Act


@dataclass(frozen=True)
class StoredRun:
    """`lines`: how many its only step, `load`, printed; `characters`: all of them together."""

    data_dir: Path
    run_id: str
    lines: int
    characters: int


def store_run(folder: Path, lines: int, width: int) -> StoredRun:
    """`folder` is where the data directory is made; each line is its number and `width` characters."""
    printed = tuple(f"{number} {'x' * width}" for number in range(1, lines + 1))
    with open_world(folder) as world:
        world.acts["load"] = Act(stdout=printed, outputs={"data.csv": "a\n1\n"})
        view = world.run(document(step("load"), name="Stored"))
        assert view["status"] == "succeeded", view
    return StoredRun(folder / "data", view["id"], lines, sum(map(len, printed)))
