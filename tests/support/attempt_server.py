"""`python -m tests.support.attempt_server start|reattach <bin dir> <attempt directory> <command>`: what a server does
for one attempt, in a process that a test can kill. Says `attached`, and in the end the exit code."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.protocol import AttemptSpec
from scripts.paths import ROOT
from tests.support.attempts import Stage


class AttemptServer:
    """The process, seen from the test."""

    def __init__(self, mode: str, stage: Stage, spec: AttemptSpec) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, mode, str(stage.bin_dir), str(spec.directory), spec.argv[1]],
            stdout=subprocess.PIPE,
            env=dict(spec.env),
            cwd=ROOT,
            text=True,
        )
        assert self._said() == "attached"

    @property
    def pid(self) -> int:
        return self._process.pid

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


async def main(mode: str, bin_dir: str, directory: str, command: str) -> None:
    backend = ColdBackend(Path(bin_dir))
    if mode == "start":
        env = {**os.environ, "OCTOPUS_OUTPUTS": f"{directory}/out"}
        spec = AttemptSpec(Path(directory), ("mlflow", command), env, Path(directory))
        attempt = await backend.start(spec, lambda: None)
    else:
        found = await backend.reattach(Path(directory), lambda: None)
        assert found is not None
        attempt = found
    print("attached", flush=True)
    print((await attempt.wait()).exit_code, flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
