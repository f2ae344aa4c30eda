"""One attempt of the project in tests/contract/equality -> all that can be seen of it, in words that are the same
wherever and whenever it ran, so that what one backend shows can be compared with what another does."""

import asyncio
import hashlib
import json
import os
import re
import shutil
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

import yaml

from octopus.catalog.step_type import EntryPoint
from octopus.compiler.argv import Bindings, mlflow_argv
from octopus.compiler.plan import PlannedStep
from octopus.domain.pipeline import Policy
from octopus.domain.tracking import KEY_TAG, NewRun, TrackedRun
from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends.protocol import Attempt, AttemptSpec, Backend, Exit
from octopus.execution.environment import StepSurroundings, step_environment
from octopus.execution.log.reader import LogReader
from octopus.execution.settings import ExecutionSettings
from octopus.tracking.client import TrackingClient
from tests.support.attempts import alive, until
from tests.support.contract_cases import HOSTILE
from tests.support.engine_room import settings_for
from tests.support.mlflow_store import MlflowStore, StoredRun

PROJECT = Path(__file__).parents[1] / "contract" / "equality" / "project"
Json = dict[str, Any]
Way = Literal["cold", "warm"]
WAYS: tuple[Way, ...] = ("cold", "warm")
RUNS = 60
"""More than one module of tests makes attempts in both ways."""
KEPT_LINES = 2000
"""Of a longer output the rest is a digest, which a failed comparison can print."""

OWN_VARIABLES = {
    "TZ": "Pacific/Chatham",
    "ODD": "a\nb; $(touch CANARY) 'c' \"d\" \\ 🐙",
    "EMPTY": "",
    "SHLVL": "3",
    "PWD": "/",
    "OLDPWD": "/",
}
"""What the server's environment might hold besides. The time zone is one that no machine is in by chance."""
_NOT_OF_A_SERVER = ("PYTEST_", "COV_", "COLUMNS", "LINES", "PYTHON")
_TIME = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ")
_OF_MLFLOW = re.compile(r"<time> [A-Z]+ mlflow\.")
_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
_EPITAPH = re.compile(r"(bash: line \d+: +\d+ )?(Terminated|Killed|Segmentation fault)\b.*")
"""What a shell says of a program that a signal has ended. A warm program has no shell."""


_MUST_DIFFER = re.compile(
    r"run\.status"  # `mlflow run` closes the run of a cold attempt; of any attempt octopus does it afterwards
    r"|run\.tags\.mlflow\.project\.backend"  # MLflow's own backend notes that it was there
    r"|.*\.process\.parent"  # the shell, or `mlflow run` itself
    r"|.*\.frames"  # a warm program is called by what it was forked from
    r"|.*\.environment\.variables\.KMP_INIT_AT_FORK"  # scikit-learn sets it when it is imported
)


@dataclass(frozen=True)
class Case:
    """`interrupted`: whether it is cancelled once it has printed "ready". `may_differ`: places of an observation in
    which the two ways need not be equal."""

    entry_point: str
    params: Mapping[str, Any] = field(default_factory=dict)
    interrupted: bool = False
    may_differ: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return "_".join([self.entry_point, *(str(self.params[name]) for name in ("how",) if name in self.params)])


@dataclass(frozen=True)
class Observation:
    """`outputs`: the text of every file in OCTOPUS_OUTPUTS; `beside`: what became of the project's folder; `run` and
    `inner`: the MLflow run and those made below it, by name; `left`: its processes that are still there."""

    exit: Exit
    lines: tuple[tuple[str, str], ...]
    outputs: Mapping[str, str]
    beside: tuple[str, ...]
    run: Json
    inner: tuple[Json, ...]
    left: tuple[str, ...]

    def of(self, stream: str) -> list[str]:
        return [text for name, text in self.lines if name == stream]

    def told(self, name: str = "told.json") -> Json:
        told: Json = json.loads(self.outputs[name])
        return told

    def comparable(self) -> Json:
        """Without what chance decides, and each stream for itself: they are two pipes. What `mlflow run` says may come
        in the middle of what the program does."""
        outputs = {name: _structured(text) for name, text in self.outputs.items() if name != "drawn.json"}
        of_step = {
            name: [line for line in self.of(name) if not _OF_MLFLOW.match(line)] for name in ("stdout", "stderr")
        }
        of_mlflow = [line for line in self.of("stderr") if _OF_MLFLOW.match(line)]
        lines = {"mlflow": of_mlflow, **{name: _condensed(lines) for name, lines in of_step.items()}}
        return {**asdict(self), "lines": lines, "outputs": outputs}


Observe = Callable[[Case], Awaitable[Observation]]
"""Of one way."""


@dataclass(frozen=True)
class Estate:
    """What the attempts of all modules share. `runs`: open MLflow runs, of which each attempt gets one."""

    settings: ExecutionSettings
    store: MlflowStore
    runs: list[TrackedRun]

    @classmethod
    def make(cls, folder: Path) -> "Estate":
        settings = laboratory_settings(folder)
        return cls(settings, MlflowStore(folder / "mlflow.db"), asyncio.run(_make_runs(settings, folder)))


class Laboratory:
    """Makes an attempt of a case, once per way. `short`: an empty folder whose path is short."""

    def __init__(self, folder: Path, short: Path, estate: Estate) -> None:
        self._folder = folder
        self._estate = estate
        self._seen: dict[tuple[Way, str], Observation] = {}
        self._short = short
        self._count = 0
        self.backends: dict[Way, Backend] = {}

    async def differences(self, case: Case) -> list[str]:
        """Between the cold attempt and the warm one, apart from those that must be."""
        cold, warm = [await self.observe(way, case) for way in WAYS]
        found = differences(cold.comparable(), warm.comparable())
        return [
            f"{place}: {difference}"
            for place, difference in found
            if place not in case.may_differ and not _MUST_DIFFER.fullmatch(place)
        ]

    async def observe(self, way: Way, case: Case) -> Observation:
        if (way, case.id) not in self._seen:
            self._seen[way, case.id] = await self._observe(way, case)
        return self._seen[way, case.id]

    async def _observe(self, way: Way, case: Case) -> Observation:
        directory = AttemptDirectory(self._folder / way / "run" / f"{case.id}.1.1")
        tracked = self._estate.runs.pop()
        spec = self._spec(directory, tracked, case, way)
        attempt = await self.backends[way].start(spec, lambda: None)
        if way == "warm":
            assert attempt.backend == "warm", attempt.backend_reason
        if case.interrupted:
            await self._interrupt(attempt, way, case)
        end = await attempt.wait()
        return self._seen_of(way, case, spec, tracked, end)

    def _spec(self, directory: AttemptDirectory, tracked: TrackedRun, case: Case, way: Way) -> AttemptSpec:
        assert tracked.artifact_dir is not None
        outputs = Path(tracked.artifact_dir, "out")
        outputs.mkdir(parents=True)
        bindings = Bindings(tracked.run_id, tracked.experiment_id, str(directory.storage), {})
        argv = mlflow_argv(_planned(case, directory.project), bindings)
        directory.create({"argv": argv})
        copy_project(directory.project)
        surroundings = StepSurroundings("run", case.id, 1, 1, outputs, directory.events, ("hint",), 2)
        env = {**step_environment(self._estate.settings, surroundings), "TMPDIR": str(self._temporary(way))}
        return AttemptSpec(directory.path, tuple(argv), env, directory.path)

    def _temporary(self, way: Way) -> Path:
        """A new folder with a short name: a socket's path in it may have 107 characters, and ends up there."""
        self._count += 1
        folder = self._short / f"{self._count:02}{way}"
        folder.mkdir()
        return folder

    async def _interrupt(self, attempt: Attempt, way: Way, case: Case) -> None:
        await until(lambda: ("stdout", "ready") in self._lines(way, case))
        await attempt.cancel(60)

    def _lines(self, way: Way, case: Case) -> list[tuple[str, str]]:
        lines = LogReader(self._folder / way).read("run", case.id, 1, 1, 0, 10_000_000)
        return [(line.stream, line.text) for line in lines]

    def _seen_of(self, way: Way, case: Case, spec: AttemptSpec, tracked: TrackedRun, end: Exit) -> Observation:
        names = {
            tracked.artifact_uri: "<artifacts>",
            str(tracked.artifact_dir): "<artifacts>",
            str(spec.directory): "<attempt>",
            spec.env["TMPDIR"]: "<temporary>",
            tracked.run_id: "<run>",
        }
        stored = self._estate.store.runs()
        own = next(run for run in stored if run.run_id == tracked.run_id)
        inner = sorted((run for run in stored if _is_below(run, tracked.run_id, stored)), key=lambda run: run.name)
        words = Words({**names, **{run.run_id: f"<run {run.name}>" for run in inner}})
        project = spec.directory / "project"
        return Observation(
            exit=words.of_exit(end),
            lines=tuple(
                (stream, words.of(text)) for stream, text in self._lines(way, case) if not _EPITAPH.match(text)
            ),
            outputs={name: words.of(text) for name, text in _texts(Path(spec.env["OCTOPUS_OUTPUTS"]))},
            beside=tuple(sorted(str(path.relative_to(project)) for path in project.rglob("*"))),
            run=words.of_run(own),
            inner=tuple(words.of_run(run) for run in inner),
            left=tuple(alive(spec)),
        )


@dataclass(frozen=True)
class Words:
    """`names`: what is called differently in every attempt, with the word for it."""

    names: Mapping[str, str]

    def of(self, text: str) -> str:
        for name, word in self.names.items():
            text = text.replace(name, word)
        return _ADDRESS.sub("<address>", _TIME.sub("<time> ", text))

    def of_exit(self, end: Exit) -> Exit:
        return replace(end, last_stderr=self._maybe(end.last_stderr), launcher_words=self._maybe(end.launcher_words))

    def of_run(self, run: StoredRun) -> Json:
        """What it holds, and the names of the artifacts. When it was is not compared."""
        root = Path(unquote(urlsplit(run.artifact_uri).path))
        return {
            "name": run.name,
            "status": run.status,
            "params": self._values(run.params),
            "metrics": {name: str(value) for name, value in run.metrics.items()},
            "tags": self._values({name: text for name, text in run.tags.items() if name != KEY_TAG}),
            "artifacts": sorted(str(path.relative_to(root)) for path in root.rglob("*")),
        }

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None or _EPITAPH.match(text) else self.of(text)

    def _values(self, texts: Mapping[str, str]) -> dict[str, str]:
        return {name: self.of(text) for name, text in texts.items()}


async def _make_runs(settings: ExecutionSettings, folder: Path) -> list[TrackedRun]:
    """In a new store, made as the server makes them."""
    client = TrackingClient(
        tracking_uri=settings.tracking_uri,
        artifact_root=folder / "artifacts",
        state_dir=folder / "tracking",
        environment=settings.server_env,
    )
    await client.start()
    try:
        names = [NewRun(key=f"key-{number}", experiment="Equality", name="step") for number in range(RUNS)]
        return [await client.create_run(new) for new in names]
    finally:
        await client.stop()


def laboratory_settings(folder: Path) -> ExecutionSettings:
    own = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_OF_A_SERVER)}
    return settings_for(folder, server_env={**own, **OWN_VARIABLES})


def hostile_params() -> dict[str, str]:
    return {f"p{number}": value for number, value in enumerate(HOSTILE)}


def copy_project(into: Path) -> None:
    """The project, whose entry point `look` receives all hostile values, and two files that this repository could not
    have."""
    shutil.copytree(PROJECT, into, ignore=shutil.ignore_patterns("__pycache__"))
    (into / "shadows" / "utils.py").write_text('WHOSE = "the project\'s utils"\n')
    (into / "broken.py").write_text("print('never')\nprint('this is (no program')\nnor this\n")
    project = yaml.safe_load((into / "MLproject").read_text())
    look = project["entry_points"]["look"]
    look["parameters"] |= dict.fromkeys(hostile_params(), "string")
    look["command"] += "".join(f" --{name}={{{name}}}" for name in hostile_params())
    (into / "MLproject").write_text(yaml.safe_dump(project))


def differences(cold: object, warm: object, place: str = "") -> list[tuple[str, str]]:
    """Each with its place, such as `exit.exit_code` or `lines.stdout.3`."""
    if isinstance(cold, dict) and isinstance(warm, dict):
        pairs = [(name, cold.get(name, "-"), warm.get(name, "-")) for name in sorted({*cold, *warm})]
    elif isinstance(cold, list | tuple) and isinstance(warm, list | tuple):
        longer = zip_longest(cold, warm, fillvalue="-")
        pairs = [(str(number), one, other) for number, (one, other) in enumerate(longer)]
    else:
        return [] if cold == warm else [(place, f"cold {cold!r}, warm {warm!r}")]
    below = (differences(one, other, f"{place}.{name}".lstrip(".")) for name, one, other in pairs)
    return [difference for found in below for difference in found]


def _planned(case: Case, project: Path) -> PlannedStep:
    return PlannedStep(
        id=case.id,
        index=0,
        type_id="equality",
        title="",
        entry_point=EntryPoint(project_dir=str(project), name=case.entry_point),
        params=dict(case.params),
        inputs=(),
        outputs=(),
        enabled=True,
        pure=True,
        policy=Policy(),
    )


def _is_below(run: StoredRun, run_id: str, runs: Iterable[StoredRun]) -> bool:
    parents = {one.run_id: one.tags.get("mlflow.parentRunId") for one in runs}
    parent = parents[run.run_id]
    while parent is not None and parent != run_id:
        parent = parents.get(parent)
    return parent == run_id


def _texts(folder: Path) -> list[tuple[str, str]]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(str(path.relative_to(folder)), path.read_text("utf-8")) for path in files]


def _structured(text: str) -> object:
    """JSON as values, so that a comparison names what differs."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _condensed(lines: list[str]) -> list[str]:
    if len(lines) <= KEPT_LINES and sum(map(len, lines)) < 1_000_000:
        return lines
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    return [*(line[:200] for line in lines[:KEPT_LINES]), f"{len(lines)} lines, {digest}"]
