"""Attempts of single commands, without MLflow: its place is taken by a script that treats a command as `mlflow run`
does (a shell of its own, every failure flattened to 1), but at once."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends.process_tree import marked_processes
from octopus.execution.backends.protocol import LOG_CAP_BYTES, AttemptSpec
from octopus.execution.backends.standing import Processes, read_processes
from octopus.execution.log.reader import LogReader

LAUNCHER = """#!/bin/sh
bash -c "$1"
code=$?
[ $code = 0 ] && exit 0
echo "2026/11/22 19:18:47 ERROR mlflow.cli: === Run (ID 'abc') failed ===" >&2
exit 1
"""


@dataclass
class Stage:
    """`folder` becomes the folder of attempts; each `spec` is an attempt of a step of its own."""

    folder: Path
    growths: int = 0
    grown: asyncio.Event = field(default_factory=asyncio.Event)
    _count: int = 0

    @property
    def bin_dir(self) -> Path:
        path = self.folder / "bin" / "mlflow"
        if not path.exists():
            path.parent.mkdir(parents=True)
            path.write_text(LAUNCHER)
            path.chmod(0o755)
        return path.parent

    def spec(
        self,
        command: str,
        timeout_s: float | None = None,
        grace_s: float = 10.0,
        log_cap_bytes: int = LOG_CAP_BYTES,
        **env: str,
    ) -> AttemptSpec:
        self._count += 1
        directory = AttemptDirectory(self.folder / "run" / f"step{self._count}.1.1")
        directory.create({"argv": [command]})
        directory.outputs.mkdir()
        environment = {"PATH": os.environ["PATH"], "OCTOPUS_OUTPUTS": str(directory.outputs), **env}
        return AttemptSpec(
            directory.path,
            ("mlflow", command),
            environment,
            directory.path,
            timeout_s=timeout_s,
            grace_s=grace_s,
            log_cap_bytes=log_cap_bytes,
        )

    def log_grew(self) -> None:
        self.growths += 1
        self.grown.set()

    def lines(self, spec: AttemptSpec) -> list[tuple[str, str]]:
        """(stream, text) of every line."""
        step_id = spec.directory.name.partition(".")[0]
        lines = LogReader(self.folder).read("run", step_id, 1, 1, 0, 10_000_000)
        assert [line.n for line in lines] == list(range(1, len(lines) + 1))
        return [(line.stream, line.text) for line in lines]

    async def until_printed(self, spec: AttemptSpec, text: str) -> None:
        async with asyncio.timeout(60):
            while ("stdout", text) not in self.lines(spec):
                self.grown.clear()
                await asyncio.wait_for(self.grown.wait(), 60)


async def until(condition: Callable[[], object]) -> None:
    """Wait for it; a minute is enough for anything on a busy machine."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def alive(spec: AttemptSpec) -> list[str]:
    """What is left of an attempt's processes."""
    found = []
    for pid in marked_processes(spec.directory):
        try:
            found.append(" ".join(psutil.Process(pid).cmdline()))
        except psutil.Error:
            continue
    return found


def directory_of(spec: AttemptSpec) -> AttemptDirectory:
    return AttemptDirectory(spec.directory)


def processes_of(spec: AttemptSpec) -> Processes:
    processes = read_processes(directory_of(spec))
    assert processes is not None
    return processes
