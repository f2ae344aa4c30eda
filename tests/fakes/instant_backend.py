"""InstantBackend: attempts without processes, for tests of everything around them. What an attempt does is a function
of its spec; its log, its end and its cancelling keep the protocol, as tests/contract/test_backend.py shows."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends.protocol import AttemptSpec, Exit
from octopus.execution.log.last_words import LastWords
from octopus.execution.log.writer import LogWriter


@dataclass(frozen=True, slots=True)
class Act:
    """What an attempt does: print, write `outputs` (name to content) into OCTOPUS_OUTPUTS, go on until it is told to
    stop or let go if `hangs`, and end. `refuses`: it cannot even be started. `backend_reason`: why it is not warm."""

    stdout: tuple[str, ...] = ()
    stderr: tuple[str, ...] = ()
    outputs: dict[str, str] = field(default_factory=dict)
    exit_code: int | None = 0
    lost: bool = False
    hangs: bool = False
    refuses: OSError | None = None
    backend_reason: str | None = None


class InstantBackend:
    """`started`: the specs of all attempts so far. They live on when the server that started them is gone, as long as
    the test keeps this object."""

    name = "instant"

    def __init__(self, act: Callable[[AttemptSpec], Act]) -> None:
        self._act = act
        self.started: list[AttemptSpec] = []
        self._attempts: dict[Path, InstantAttempt] = {}

    async def start(self, spec: AttemptSpec, log_grew: Callable[[], None]) -> "InstantAttempt":
        act = self._act(spec)
        if act.refuses is not None:
            raise act.refuses
        self.started.append(spec)
        AttemptDirectory(spec.directory).started.touch()
        attempt = self._attempts[spec.directory] = InstantAttempt(spec, act, log_grew)
        return attempt

    def let_go(self) -> None:
        """What hangs ends as it would have without."""
        for attempt in self._attempts.values():
            attempt.let_go()

    async def reattach(self, directory: Path, log_grew: Callable[[], None]) -> "InstantAttempt | None":
        attempt = self._attempts.get(directory)
        if attempt is not None:
            attempt.log_grew = log_grew
        return attempt


class InstantAttempt:
    def __init__(self, spec: AttemptSpec, act: Act, log_grew: Callable[[], None]) -> None:
        self._spec = spec
        self._act = act
        self.log_grew = log_grew
        self._told_to_stop = False
        self._goes_on = asyncio.Event()
        self._words = LastWords()
        self._end = asyncio.create_task(self._perform())

    @property
    def backend(self) -> str:
        return InstantBackend.name

    @property
    def backend_reason(self) -> str | None:
        return self._act.backend_reason

    async def wait(self) -> Exit:
        return await asyncio.shield(self._end)

    async def cancel(self, grace_s: float) -> None:
        if not self._end.done():
            self._told_to_stop = True
            self.let_go()
            await asyncio.wait({self._end})

    def let_go(self) -> None:
        self._goes_on.set()

    async def _perform(self) -> Exit:
        self._print()
        for name, content in self._act.outputs.items():
            Path(self._spec.env["OCTOPUS_OUTPUTS"], name).write_text(content, encoding="utf-8")  # noqa: ASYNC240
        timed_out = self._act.hangs and not await self._is_let_go()
        stopped = self._told_to_stop
        code = -2 if stopped or timed_out else self._act.exit_code
        words = self._words.of_step
        return Exit(code, lost=self._act.lost, cancelled=stopped, timed_out=timed_out, last_stderr=words)

    async def _is_let_go(self) -> bool:
        """False: its time limit was reached before."""
        try:
            await asyncio.wait_for(self._goes_on.wait(), self._spec.timeout_s)
        except TimeoutError:
            return False
        return True

    def _print(self) -> None:
        directory = AttemptDirectory(self._spec.directory)
        writer = LogWriter(directory.log, directory.log_index, lambda _stream, _text: None)
        for line in self._act.stdout:
            writer.add("stdout", f"{line}\n".encode())
        for line in self._act.stderr:
            writer.add("stderr", f"{line}\n".encode())
            self._words.hear(line)
        writer.close()
        if self._act.stdout or self._act.stderr:
            self.log_grew()
