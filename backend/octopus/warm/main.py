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

from octopus.execution.backends.fork_wire import FILES, LENGTH, STALE, packed, unpacked
from octopus.warm import fresh, leaving, process_image, threads
from octopus.warm.freshness import Freshness
from octopus.warm.preload import KNOWS_TRACKING, NotPreloaded, preload
from octopus.warm.standing_by import StandBy
from octopus.warm.supervising import be_supervisor

_TITLE = "octopus-warm"


def main() -> None:
    """The first line on the socket names what to preload."""
    os.environ.pop(process_image.ROOM, None)
    environment = dict(os.environ)
    process_image.replace_environment(environment)
    process_image.show([_TITLE], environment)
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    order, _ = _receive(control)
    if order is None:
        return
    server = ForkServer(control)
    try:
        preload(order["modules"], order["tracking_uri"], server.rest)
    except NotPreloaded as error:
        control.sendall(packed({"refused": str(error)}))
        return
    except ImportError as error:
        traceback.print_exc()  # whoever may see the state of the server need not see its folders
        control.sendall(packed({"refused": f"{error.name or 'a module'} cannot be imported"}))
        return
    server.serve()


class ForkServer:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._freshness: Freshness | None = None
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._children: dict[int, int] = {}
        self._spare: StandBy | None = None

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
        while self._turn(None):
            pass

    def _turn(self, patience_ms: int | None) -> bool:
        for file, _ in self._poll.poll(patience_ms):
            if file != self._control.fileno():
                self._reap(file)
            elif not self._answer():
                return False
            else:
                self._look_ahead()
        return True

    def _look_ahead(self) -> None:
        """While nobody waits: do what the next request would have to wait for."""
        if self._freshness is None:
            return
        self._freshness.look_ahead()
        if self._spare is None and threads.count() == 1:
            with suppress(OSError):
                self._spare = StandBy.fork(lambda order: be_supervisor(order["directory"], order["env"]))
                self._look_after(self._spare.pid)

    def _answer(self) -> bool:
        request, files = _receive(self._control)
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
        if request["kind"] == "attempt" and (pid := self._told_spare(request)) is not None:
            return {"pid": pid}
        pid = os.fork()
        if pid == 0:
            self._become(request, files)
        self._look_after(pid)
        return {"pid": pid}

    def _told_spare(self, request: dict[str, Any]) -> int | None:
        spare, self._spare = self._spare, None
        if spare is None:
            return None
        try:
            spare.tell(request)
        except BrokenPipeError:
            return None
        return spare.pid

    def _look_after(self, pid: int) -> None:
        handle = os.pidfd_open(pid)
        self._children[handle] = pid
        self._poll.register(handle, select.POLLIN)

    def _become(self, request: dict[str, Any], files: list[int]) -> NoReturn:
        """In the child, which must never come back."""
        try:
            if request["kind"] == "attempt":
                be_supervisor(request["directory"], request["env"])
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
            self._control.sendall(packed(message))
        except OSError:
            return False
        return True


def _receive(control: socket.socket) -> tuple[dict[str, Any] | None, list[int]]:
    """A request with its files. None: the server is gone."""
    head, files, _, _ = socket.recv_fds(control, LENGTH.size, FILES)
    head += _exactly(control, LENGTH.size - len(head)) if head else b""
    if len(head) < LENGTH.size:
        return None, files
    (length,) = LENGTH.unpack(head)
    body = _exactly(control, length)
    return (unpacked(body) if len(body) == length else None), files


def _exactly(control: socket.socket, size: int) -> bytes:
    parts = list[bytes]()
    while size > 0:
        part = control.recv(min(size, 1 << 20))
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
