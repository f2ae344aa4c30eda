"""ColdBackend: an attempt as a plain `mlflow run` subprocess, the reference that every other backend is measured by.
No shell is involved in starting it; its output goes to the attempt's log line by line as it is printed."""

import asyncio
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends import process_tree
from octopus.execution.backends.exit_trap import set_trap, trapped_code
from octopus.execution.backends.protocol import AttemptSpec, Exit
from octopus.execution.log.last_words import LastWords
from octopus.execution.log.writer import LogWriter, Stream

DRAIN_S = 2.0
"""How long output and processes that outlive the launcher are waited for: a daemon may hold the pipes for ever."""
_CHUNK = 64 * 1024
_DISK_FULL_RETRY_S = 0.5


class ColdBackend:
    """`bin_dir`: where the `mlflow` executable is."""

    name = "cold"

    def __init__(self, bin_dir: Path) -> None:
        self._bin_dir = bin_dir

    async def start(self, spec: AttemptSpec, log_grew: Callable[[], None]) -> "ColdAttempt":
        directory = AttemptDirectory(spec.directory)
        argv = [str(self._bin_dir / spec.argv[0]), *spec.argv[1:]]
        env = set_trap(directory, {**spec.env, process_tree.ATTEMPT_VARIABLE: str(spec.directory)})
        return ColdAttempt(directory, _Launcher(argv, env, spec.cwd), log_grew)


class _Launcher:
    """The `mlflow run` process with the reading ends of its pipes."""

    def __init__(self, argv: list[str], env: dict[str, str], cwd: Path) -> None:
        pipes: dict[Stream, tuple[int, int]] = {"stdout": os.pipe(), "stderr": os.pipe()}
        try:
            self.process = subprocess.Popen(
                argv,
                stdin=subprocess.DEVNULL,
                stdout=pipes["stdout"][1],
                stderr=pipes["stderr"][1],
                env=env,
                cwd=cwd,
                start_new_session=True,
            )
        except OSError:
            for reading, _ in pipes.values():
                os.close(reading)
            raise
        finally:
            for _, writing in pipes.values():
                os.close(writing)
        self.pipes = {stream: reading for stream, (reading, _) in pipes.items()}

    async def wait(self) -> int:
        """Its return code, negative for a signal. In a thread: asyncio's own waiting also waits for the pipes."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int] = loop.create_future()

        def watch() -> None:
            code = self.process.wait()
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, ended, code)

        threading.Thread(target=watch, name=f"wait-{self.process.pid}", daemon=True).start()
        return await ended


class ColdAttempt:
    """A started `mlflow run`."""

    def __init__(self, directory: AttemptDirectory, launcher: _Launcher, log_grew: Callable[[], None]) -> None:
        self._directory = directory
        self._launcher = launcher
        self._log_grew = log_grew
        self._words = LastWords()
        self._cancelled = False
        self._end = asyncio.create_task(self._follow())

    async def wait(self) -> Exit:
        return await asyncio.shield(self._end)

    async def cancel(self, grace_s: float) -> None:
        if self._end.done():
            return
        first, self._cancelled = not self._cancelled, True
        tree = await self._tree()
        if first:
            process_tree.send(tree, signal.SIGINT)
        await asyncio.wait({self._end}, timeout=grace_s)
        while not self._end.done():
            process_tree.send(tree | await self._tree(), signal.SIGKILL)
            await asyncio.wait({self._end}, timeout=0.1)

    async def _tree(self) -> set[int]:
        """Every process of the attempt that lives now."""
        marked = await asyncio.to_thread(process_tree.marked_processes, self._directory.path)
        if self._launcher.process.returncode is None:
            marked |= await asyncio.to_thread(process_tree.family, self._launcher.process.pid)
        return marked

    async def _follow(self) -> Exit:
        writer = LogWriter(self._directory.log, self._directory.log_index, self._hear)
        pumps = {asyncio.create_task(self._pump(writer, stream, pipe)) for stream, pipe in self._launcher.pipes.items()}
        try:
            code = await self._launcher.wait()
            await self._clear_tree(pumps, at_once=code < 0)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            writer.close()
        return self._exit(code)

    async def _clear_tree(self, pumps: set["asyncio.Task[None]"], *, at_once: bool) -> None:
        """The launcher is gone: drain its pipes, then end what it left behind. `at_once`: it was killed, so that what
        is left of the step is an orphan."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + (0 if at_once else DRAIN_S)
        if not at_once:
            await asyncio.wait(pumps, timeout=DRAIN_S)
        if not await process_tree.wait_until_gone(self._directory.path, max(0.0, deadline - loop.time())):
            await process_tree.kill_marked(self._directory.path)
        await asyncio.wait(pumps, timeout=DRAIN_S)

    async def _pump(self, writer: LogWriter, stream: Stream, pipe: int) -> None:
        reader = asyncio.StreamReader(limit=_CHUNK)
        loop = asyncio.get_running_loop()
        transport, _ = await loop.connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(pipe, "rb", buffering=0)
        )
        try:
            while data := await reader.read(_CHUNK):
                await self._write(writer, partial(writer.add, stream, data))
            await self._write(writer, partial(writer.end, stream))
        except asyncio.CancelledError:
            await self._write(writer, partial(writer.end, stream))
            raise
        finally:
            transport.close()

    async def _write(self, writer: LogWriter, write: Callable[[], bool]) -> None:
        """A full disk makes the step wait (its pipe fills up) instead of losing what it prints."""
        try:
            grew = write()
        except OSError:
            grew = True
            await _flush_when_possible(writer)
        if grew:
            self._log_grew()

    def _hear(self, stream: Stream, line: str) -> None:
        if stream == "stderr":
            self._words.hear(line)

    def _exit(self, launcher_code: int) -> Exit:
        code = trapped_code(self._directory)
        if code is None and launcher_code == 0:
            code = 0
        return Exit(
            exit_code=code,
            lost=code is None and launcher_code < 0,
            cancelled=self._cancelled,
            last_stderr=self._words.of_step,
            launcher_words=self._words.of_launcher,
            launcher_code=launcher_code,
        )


def _settle(ended: "asyncio.Future[int]", code: int) -> None:
    if not ended.done():
        ended.set_result(code)


async def _flush_when_possible(writer: LogWriter) -> None:
    while True:
        await asyncio.sleep(_DISK_FULL_RETRY_S)
        try:
            return writer.flush()
        except OSError:
            continue
