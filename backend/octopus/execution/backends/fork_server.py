"""ForkServer: the process that has imported everything, as the server sees it: started in the background, asked for
forks, started again when it has died or is out of date."""

import asyncio
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from octopus.execution.backends.fork_connection import ForkConnection, Refused, ServerGone
from octopus.execution.backends.fork_wire import STALE
from octopus.execution.supervisor import kernel

State = Literal["off", "starting", "ready"]

_LOG = logging.getLogger(__name__)
_RESTART_FIRST_S = 0.5
_RESTART_LIMIT_S = 60.0
_LOOK_AT_MEMORY_S = 30.0
_LOOK_S = 0.01
SWITCHED_OFF = "it is switched off"
"""The trouble of one that was never started."""
MEMORY_LIMIT_BYTES = 1024**3
"""A fork server that holds more than this is replaced by a new one."""
LITTLE_MEMORY_BYTES = 256 * 1024**2
"""With less than this left on the machine, nothing is forked and no fork server is started."""
_ARGUMENT_ROOM = "-" * 4096
_ENVIRONMENT_ROOM = "-" * 32 * 1024
_ENTRY = "import sys; del sys.path[0]; from octopus.warm.main import main; main()"
"""Without the folder that it was started in among those that modules come from, and otherwise as any Python."""


class NotForked(Exception):
    """Its text says why there is no process."""


@dataclass(frozen=True, slots=True)
class ForkServerSettings:
    """`environment`: of the fork server, and what steps find as the state of the world at import. `tracking_uri`: the
    store to open beforehand, None for none. `modules`: to import beforehand, besides what every step needs. `home`: an
    empty folder of its own; `log`: what it says."""

    environment: Mapping[str, str]
    home: Path
    log: Path
    tracking_uri: str | None = None
    modules: Sequence[str] = ()


class ForkServer:
    """`start` and `stop` from one event loop. `on_end` is told of each process that was forked and has ended."""

    def __init__(self, settings: ForkServerSettings) -> None:
        self._settings = settings
        self._connection: ForkConnection | None = None
        self._young: ForkConnection | None = None
        self._knows_tracking = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()
        self._on_end: list[Callable[[], None]] = []
        self.trouble = SWITCHED_OFF
        """Why it is not ready."""

    @property
    def state(self) -> State:
        if self._keeper is None:
            return "off"
        return "ready" if self._connection is not None else "starting"

    @property
    def pid(self) -> int | None:
        """Of a fork server that is ready."""
        return self._connection.pid if self._connection is not None else None

    @property
    def memory_bytes(self) -> int | None:
        """What it holds with the processes that stand by. None while it is not ready."""
        return None if self.pid is None else held_memory(self.pid)

    def when_ended(self, call: Callable[[], None]) -> None:
        self._on_end.append(call)

    async def start(self) -> None:
        """In the background; returns at once."""
        if self._keeper is None and can_fork():
            self.trouble = "it is starting"
            self._keeper = asyncio.create_task(self._keep())
        elif self._keeper is None:
            self.trouble = "this operating system cannot do it"
            self._settled.set()

    async def settled(self) -> None:
        """Until the first start has succeeded or failed."""
        if self._keeper is not None:
            await self._settled.wait()

    async def knows_tracking(self) -> None:
        """Until `fork_module` can be asked, which is sooner; or there is no hope of it."""
        if self._keeper is not None:
            await self._knows_tracking.wait()

    async def stop(self) -> None:
        if self._keeper is not None:
            keeper, self._keeper = self._keeper, None
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
            self.trouble = "it was stopped"

    async def fork_supervisor(self, directory: Path, environment: Mapping[str, str]) -> "Forked":
        """A supervisor of the attempt in `directory`. Raises NotForked."""
        return await self._fork({"kind": "attempt", "directory": str(directory), "env": dict(environment)}, ())

    async def fork_module(
        self, module: str, environment: Mapping[str, str], cwd: Path, files: tuple[int, int, int]
    ) -> "Forked":
        """`python -m module` with these standard streams, which stay open here too. Raises NotForked."""
        return await self._fork({"kind": "module", "module": module, "env": dict(environment), "cwd": str(cwd)}, files)

    async def _fork(self, request: dict[str, Any], files: tuple[int, ...]) -> "Forked":
        connection = self._connection if request["kind"] == "attempt" else self._young
        if connection is None:
            raise NotForked(f"the warm backend is not ready: {self.trouble}")
        if (left := available_memory()) is not None and left < LITTLE_MEMORY_BYTES:
            raise NotForked("there is little memory left on this machine")
        try:
            pid = await connection.ask(request, files)
        except Refused as refusal:
            if str(refusal) != STALE:
                raise NotForked(f"the warm backend refused: {refusal}") from refusal
            connection.close()
            raise NotForked("what was imported has changed; the warm backend is being started anew") from refusal
        except ServerGone as error:
            raise NotForked("the warm backend died and is being started anew") from error
        return Forked(pid, connection)

    async def _keep(self) -> None:
        pause_s = _RESTART_FIRST_S
        try:
            while True:
                if await self._live():
                    pause_s = _RESTART_FIRST_S
                self._settled.set()
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, _RESTART_LIMIT_S)
        except asyncio.CancelledError:
            raise
        except Exception:
            _LOG.exception("the warm backend is off")
            self.trouble = "octopus itself failed"
            self._settled.set()
            self._knows_tracking.set()

    async def _live(self) -> bool:
        """One life of it. Whether it was ever ready."""
        if (left := available_memory()) is not None and left < 2 * LITTLE_MEMORY_BYTES:
            self.trouble = "there is little memory left on this machine"
            self._knows_tracking.set()
            return False
        connection, process = await self._spawn()
        try:
            if await connection.knows_tracking() is None:
                self._young = connection
            self._knows_tracking.set()
            trouble = await connection.ready()
            if trouble is not None:
                self.trouble = trouble
                _LOG.warning("the warm backend cannot be used: %s (its log: %s)", trouble, self._settings.log)
                return False
            self._connection = connection
            self._settled.set()
            await self._until_it_ends(connection)
            self.trouble = "it is starting anew"
            return True
        finally:
            self._connection = self._young = None
            connection.close()
            await _ended(process)

    async def _until_it_ends(self, connection: ForkConnection) -> None:
        while not await connection.gone(_LOOK_AT_MEMORY_S):
            if (held := held_memory(connection.pid)) is not None and held > MEMORY_LIMIT_BYTES:
                _LOG.warning("the warm backend holds %d MB and is started anew", held // 1024**2)
                return

    async def _spawn(self) -> tuple[ForkConnection, "subprocess.Popen[bytes]"]:
        settings = self._settings
        settings.home.mkdir(parents=True, exist_ok=True)
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.to_thread(self._popen, theirs)
        except OSError:
            ours.close()
            raise
        finally:
            theirs.close()
        connection = ForkConnection(ours, process.pid, self._tell_of_end)
        await connection.order({"modules": list(settings.modules), "tracking_uri": settings.tracking_uri})
        return connection, process

    def _popen(self, control: socket.socket) -> "subprocess.Popen[bytes]":
        with self._settings.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-c", _ENTRY, _ARGUMENT_ROOM],
                stdin=control.fileno(),
                stdout=log,
                stderr=log,
                cwd=self._settings.home,
                env={**self._settings.environment, "OCTOPUS_WARM_ROOM": _ENVIRONMENT_ROOM},
                start_new_session=True,
            )

    def _tell_of_end(self) -> None:
        for call in self._on_end:
            call()


@dataclass(frozen=True, slots=True)
class Forked:
    """A process that the fork server has forked."""

    pid: int
    connection: ForkConnection

    def code(self) -> int | None:
        """Its exit code, None while it lives; -1 if nobody knows it."""
        code = self.connection.code_of(self.pid)
        if code is None and self.connection.is_gone and not kernel.is_alive(self.pid):
            return -1
        return code

    async def wait(self) -> None:
        """Until it has ended."""
        while self.code() is None:  # noqa: ASYNC110 - it may be nobody's child by then
            await asyncio.sleep(_LOOK_S)

    def kill(self) -> None:
        if self.code() is None:
            os.kill(self.pid, signal.SIGKILL)


def can_fork() -> bool:
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def available_memory() -> int | None:
    """Bytes that programs may still take on this machine. None: it does not say."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            lines = dict(line.split(":", 1) for line in file)
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, ValueError, KeyError):
        return None


def held_memory(pid: int) -> int | None:
    """Bytes that would be free without it and what it has forked: its own memory whole, however many forks share it,
    and of mapped files its part. None: it cannot be told."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
            fields = [line.split() for line in file]
        return sum(int(words[1]) * 1024 for words in fields if words[0] in ("Anonymous:", "Pss_File:"))
    except (OSError, ValueError):
        return None


async def _ended(process: "subprocess.Popen[bytes]") -> None:
    """It has nothing to tidy up: what it has forked goes on."""
    process.kill()
    await asyncio.shield(asyncio.to_thread(process.wait))  # whoever waits may be cancelled: it must not stay a zombie
