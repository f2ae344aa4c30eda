"""The directory of an attempt: `<attempts dir>/<run>/<step>.<iteration>.<attempt>/`, the durable contract between the
server and the processes of one attempt, as paths."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from octopus.engine.signals import StepRunKey
from octopus.execution import attempt_files

_RUN_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIRECTORY = re.compile(r"(?P<step>[a-z][a-z0-9_]{0,63})\.(?P<iteration>[1-9][0-9]{0,8})\.(?P<attempt>[1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class AttemptDirectory:
    """Paths inside one attempt's directory; what each is for says attempt_files."""

    path: Path

    @property
    def spec(self) -> Path:
        return self.path / attempt_files.SPEC

    @property
    def lock(self) -> Path:
        return self.path / attempt_files.LOCK

    @property
    def started(self) -> Path:
        return self.path / attempt_files.STARTED

    @property
    def processes(self) -> Path:
        return self.path / attempt_files.PROCESSES

    @property
    def cancel(self) -> Path:
        return self.path / attempt_files.CANCEL

    @property
    def cap(self) -> Path:
        return self.path / attempt_files.CAP

    @property
    def exit(self) -> Path:
        return self.path / attempt_files.EXIT

    @property
    def supervisor_log(self) -> Path:
        return self.path / attempt_files.SUPERVISOR_LOG

    @property
    def log(self) -> Path:
        return self.path / attempt_files.LOG

    @property
    def log_index(self) -> Path:
        return self.path / attempt_files.LOG_INDEX

    @property
    def events(self) -> Path:
        return self.path / attempt_files.EVENTS

    @property
    def exit_code(self) -> Path:
        return self.path / attempt_files.EXIT_CODE

    @property
    def trap(self) -> Path:
        return self.path / attempt_files.TRAP

    @property
    def backend_config(self) -> Path:
        return self.path / attempt_files.BACKEND_CONFIG

    @property
    def storage(self) -> Path:
        return self.path / attempt_files.STORAGE

    @property
    def project(self) -> Path:
        return self.path / attempt_files.PROJECT

    @property
    def outputs(self) -> Path:
        return self.path / attempt_files.OUTPUTS

    @property
    def unconnected(self) -> Path:
        return self.path / attempt_files.UNCONNECTED

    def create(self, spec: Mapping[str, object]) -> None:
        """Make the directory with its spec, which must be JSON. One whose step never began is made anew; raises
        FileExistsError for any other that exists."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.started.exists():
            raise FileExistsError(f"{self.path}: the step of this attempt has begun already")
        self.storage.mkdir(exist_ok=True)
        self.events.touch()
        self.unconnected.touch()
        self.write_spec(spec)

    def write_spec(self, spec: Mapping[str, object]) -> None:
        """At once as a whole: a supervisor may be about to read it."""
        unfinished = self.spec.with_name(f"{attempt_files.SPEC}.tmp")
        unfinished.write_text(json.dumps(spec, ensure_ascii=False, indent=1), encoding="utf-8")
        unfinished.replace(self.spec)

    def read_spec(self) -> dict[str, object]:
        spec: dict[str, object] = json.loads(self.spec.read_text(encoding="utf-8"))
        return spec


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
