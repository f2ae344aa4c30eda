"""The directory of an attempt: `<attempts dir>/<run>/<step>.<iteration>.<attempt>/`, the durable contract between the
server and the processes of one attempt. Names every file in it and nobody else spells them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from octopus.engine.signals import StepRunKey

_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIRECTORY = re.compile(r"(?P<step>[a-z][a-z0-9_]{0,63})\.(?P<iteration>[1-9][0-9]{0,8})\.(?P<attempt>[1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class AttemptDirectory:
    """Paths inside one attempt's directory."""

    path: Path

    @property
    def spec(self) -> Path:
        return self.path / "spec.json"

    @property
    def log(self) -> Path:
        return self.path / "log"

    @property
    def log_index(self) -> Path:
        return self.path / "log.index"

    @property
    def events(self) -> Path:
        """What the step appends to: OCTOPUS_EVENTS."""
        return self.path / "events"

    @property
    def exit_code(self) -> Path:
        """Where the EXIT trap leaves the step's own exit code."""
        return self.path / "exit_code"

    @property
    def trap(self) -> Path:
        """The file that BASH_ENV names."""
        return self.path / "trap.sh"

    @property
    def storage(self) -> Path:
        """MLflow's --storage-dir."""
        return self.path / "storage"

    @property
    def outputs(self) -> Path:
        """OCTOPUS_OUTPUTS where the MLflow artifact root is not a local folder."""
        return self.path / "out"

    @property
    def unconnected(self) -> Path:
        """The empty file that an unconnected optional input port receives."""
        return self.path / "unconnected"

    def create(self, spec: dict[str, object]) -> None:
        """Make the directory with its spec, which must be JSON. Raises FileExistsError for an attempt that exists."""
        self.path.mkdir(parents=True, mode=0o700)
        self.storage.mkdir()
        self.events.touch()
        self.unconnected.touch()
        self.spec.write_text(json.dumps(spec, ensure_ascii=False, indent=1), encoding="utf-8")


def attempt_directory(attempts_dir: Path, run_id: str, key: StepRunKey) -> AttemptDirectory | None:
    """None for names that cannot be one: nothing outside `attempts_dir` is ever named."""
    name = f"{key.step_id}.{key.iteration}.{key.attempt}"
    if not (_RUN_ID.fullmatch(run_id) and _DIRECTORY.fullmatch(name)):
        return None
    return AttemptDirectory(attempts_dir / run_id / name)


def attempts_of(attempts_dir: Path, run_id: str) -> list[StepRunKey]:
    """The attempts of a run that have a directory, oldest first."""
    run_dir = attempts_dir / run_id
    if not (_RUN_ID.fullmatch(run_id) and run_dir.is_dir()):
        return []
    found: list[tuple[int, str, StepRunKey]] = []
    for child in run_dir.iterdir():
        if match := _DIRECTORY.fullmatch(child.name):
            key = StepRunKey(match["step"], int(match["iteration"]), int(match["attempt"]))
            found.append((_made_at(child), child.name, key))
    return [key for _, _, key in sorted(found, key=lambda entry: entry[:2])]


def _made_at(directory: Path) -> int:
    """Nanoseconds; the spec is written once, when the attempt is made."""
    spec = AttemptDirectory(directory).spec
    return spec.stat().st_mtime_ns if spec.exists() else 0
