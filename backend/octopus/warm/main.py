"""The fork server: one thread, one loop. Its stdin is a socket to the server that started it; when that is closed, it
ends, and the processes that it forked go on."""

import gc
import os
import runpy
import select
import socket
import sys
import traceback
from contextlib import suppress
from typing import Any, NoReturn

from octopus.execution.backends.fork_wire import STALE
from octopus.warm import channel, fresh, leaving, memory, process_image, supervising, threads
from octopus.warm.freshness import Freshness
from octopus.warm.preload import KNOWS_TRACKING, NotPreloaded, preload
from octopus.warm.standing_by import StandBy

_TITLE = "octopus-warm"
_QUIET_MS = 100
"""After this long without a request the next one is prepared for, if no process has ended by then: what has just been
started takes all processors for a moment, and forking beside it would hold it up."""


def main() -> None:
    """The first line on the socket names what to preload."""
    os.environ.pop(process_image.ROOM, None)
    environment = dict(os.environ)
    process_image.replace_environment(environment)
    process_image.show([_TITLE], environment)
    arenas = memory.gather_arenas()
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    order, _ = channel.receive(control)
    if order is None:
        return
    server = ForkServer(control)
    try:
        preload(order["modules"], order["tracking_uri"], server.rest)
    except NotPreloaded as error:
        channel.send(control, {"refused": str(error)})
        return
    except ImportError as error:
        traceback.print_exc()  # whoever may see the state of the server need not see its folders
        channel.send(control, {"refused": f"{error.name or 'a module'} cannot be imported"})
        return
    server.serve()
    del arenas


class ForkServer:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._freshness: Freshness | None = None
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._children: dict[int, int] = {}
        self._spare: StandBy | None = None
        self._has_looked_ahead = False

    def rest(self, stage: str) -> None:
        """While things are imported: do what has been asked meanwhile. Ends this process if the server is gone."""
        if stage == KNOWS_TRACKING:
            self._tell({KNOWS_TRACKING: True})
        if not self._turn(0):
            os._exit(0)

    def serve(self) -> None:
        """Until the server is gone."""
        self._freshness = Freshness()
        self._look_ahead()
        self._tell({"ready": True})
        while self._turn(None if self._has_looked_ahead else _QUIET_MS):
            pass

    def _turn(self, patience_ms: int | None) -> bool:
        happened = self._poll.poll(patience_ms)
        if not happened:
            self._look_ahead()
        for file, _ in happened:
            if file != self._control.fileno():
                self._reap(file)
                self._look_ahead()
            elif not self._answer():
                return False
        return True

    def _look_ahead(self) -> None:
        """While nobody waits: do what the next request would have to wait for."""
        if self._freshness is None:
            return
        self._has_looked_ahead = True
        self._freshness.look_ahead()
        if self._spare is None and threads.count() == 1:
            with suppress(OSError):
                self._spare = self._new_supervisor()

    def _answer(self) -> bool:
        request, files = channel.receive(self._control)
        if request is None:
            return False
        try:
            answer = self._forked(request, files)
        except OSError as error:
            answer = {"refused": f"no process can be made: {error.strerror}"}
        finally:
            for file in files:
                os.close(file)
        return self._tell({"id": request["id"], **answer})

    def _forked(self, request: dict[str, Any], files: list[int]) -> dict[str, Any]:
        if self._freshness is not None and self._freshness.is_stale():
            return {"refused": STALE}
        if (count := threads.count()) != 1:
            return {"refused": f"it has {count} threads"}
        if request["kind"] == "attempt":
            return {"pid": self._told_supervisor(request)}
        pid = os.fork()
        if pid == 0:
            self._become(request, files)
        self._look_after(pid)
        return {"pid": pid}

    def _told_supervisor(self, request: dict[str, Any]) -> int:
        """One that stands by, or a new one. Raises OSError."""
        self._has_looked_ahead = False
        waiting, self._spare = self._spare or self._new_supervisor(), None
        try:
            waiting.tell(request)
        except ConnectionError:  # somebody has ended it
            waiting.let_go()
            waiting = self._new_supervisor()
            waiting.tell(request)
        waiting.let_go()
        return waiting.pid

    def _new_supervisor(self) -> StandBy:
        made = supervising.stand_by()
        self._look_after(made.pid)
        return made

    def _look_after(self, pid: int) -> None:
        handle = os.pidfd_open(pid)
        self._children[handle] = pid
        self._poll.register(handle, select.POLLIN)

    def _become(self, request: dict[str, Any], files: list[int]) -> NoReturn:
        """In the child, which must never come back."""
        try:
            self._run_module(request, files)
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def _run_module(self, request: dict[str, Any], files: list[int]) -> NoReturn:
        os.setsid()
        for place, file in enumerate(files):
            os.dup2(file, place)
        fresh.close_inherited_files()
        fresh.reset_signals()
        gc.enable()
        os.chdir(request["cwd"])
        fresh.be_called(["python", "-m", request["module"]], request["env"])
        fresh.draw_other_numbers()
        sys.argv = ["-m"]
        earlier = len(sys.modules)
        leaving.leave_after(lambda: runpy.run_module(request["module"], run_name="__main__", alter_sys=True), earlier)

    def _reap(self, handle: int) -> None:
        pid = self._children.pop(handle)
        self._poll.unregister(handle)
        os.close(handle)
        _, status = os.waitpid(pid, 0)
        if self._spare is not None and self._spare.pid == pid:
            self._spare.let_go()
            self._spare = None
        self._tell({"ended": pid, "code": os.waitstatus_to_exitcode(status)})

    def _tell(self, message: dict[str, Any]) -> bool:
        try:
            channel.send(self._control, message)
        except OSError:
            return False
        return True
