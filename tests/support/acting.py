"""What the steps of a run do on an InstantBackend, and what was done."""

from collections.abc import Callable
from pathlib import Path

from octopus.execution.backends.protocol import AttemptSpec
from tests.fakes.instant_backend import Act, InstantBackend
from tests.fakes.tracking import FakeRun, InMemoryTracking
from tests.support.engine_room import EngineRoom

GOOD = Act(outputs={"data.csv": "a\n1\n"})
HANGING = Act(hangs=True, stdout=("here I am",), outputs={"data.csv": "a\n1\n"})


def act(**acts: Act) -> Callable[[AttemptSpec], Act]:
    """What each step does; one that is not named succeeds."""
    return lambda spec: acts.get(spec.env["OCTOPUS_STEP_ID"], GOOD)


def in_turn(*acts: Act) -> Callable[[AttemptSpec], Act]:
    """What the attempts do, one after the other; the last one ever after."""
    left = list(acts)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def started(room: EngineRoom) -> list[AttemptSpec]:
    assert isinstance(room.backend, InstantBackend)
    return room.backend.started


def steps_started(room: EngineRoom) -> list[str]:
    """Ids of the steps whose attempts were started, in order."""
    return [spec.env["OCTOPUS_STEP_ID"] for spec in started(room)]


def let_go(room: EngineRoom) -> None:
    assert isinstance(room.backend, InstantBackend)
    room.backend.let_go()


def mlflow_runs(room: EngineRoom) -> list[FakeRun]:
    """In the order in which they were made."""
    assert isinstance(room.tracking, InMemoryTracking)
    return list(room.tracking.runs.values())


def argument(spec: AttemptSpec, name: str) -> Path:
    """The path that an input port's parameter received."""
    return Path(next(text for text in spec.argv if text.startswith(f"{name}=")).removeprefix(f"{name}="))


def output_of(spec: AttemptSpec, name: str) -> Path:
    """A file that the attempt left in OCTOPUS_OUTPUTS."""
    return Path(spec.env["OCTOPUS_OUTPUTS"], name)


def rewrite(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)
