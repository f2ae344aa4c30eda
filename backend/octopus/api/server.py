"""The server: uvicorn around the app. Bound to its address before anything is opened, stopped within three seconds."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import uvicorn

from octopus.api.app import create_app
from octopus.api.scarce_descriptors import ScarceDescriptors
from octopus.bootstrap.container import Container, build_container
from octopus.bootstrap.settings import Settings

STOP_LIMIT_S = 2.8
"""The whole stop; then the process ends as it is, and the next start puts right what is left."""
CONNECTIONS_LIMIT_S = 0.2
"""From the end of the steps until open connections are cut."""
MAX_FRAME_BYTES = 64 * 1024
"""A client only ever sends `cancel`."""
PING_S = 20.0
KEEP_ALIVE_S = 30
UNREAD_LIMIT_S = 60.0
"""A client that takes nothing for this long, though there is something for it, is cut off by the kernel. Closing in
good order would wait for it for ever, because what it has not read comes first."""

Announce = Callable[[str], None]


class AddressInUse(OSError):
    """Somebody listens there already, or we may not listen there. Its text says so to a person."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at the address; port 0: any free one. Raises AddressInUse."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux; every accepted connection inherits it
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(UNREAD_LIMIT_S * 1000))
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise AddressInUse(f"octopus cannot listen on {host} port {port}: {error.strerror or error}.") from error
    listener.set_inheritable(False)
    return listener


def serve(settings: Settings, *, on_ready: Callable[["Launch"], None], say: Announce) -> None:
    """Returns when the server has stopped. Raises AddressInUse, and StorageUnavailable if the data cannot be used."""
    with listen(settings.host, settings.port) as listener:
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        container = build_container(settings)
        app = create_app(container)
        launch = Launch(settings, app.state.access.new_launch_code)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="on",
            proxy_headers=False,
            server_header=False,
            ws_max_size=MAX_FRAME_BYTES,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PING_S,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=CONNECTIONS_LIMIT_S,  # type: ignore[arg-type]  # any number of seconds does
        )

        def ready() -> None:
            container.data_directory.announce(launch.base_url)
            on_ready(launch)

        Server(config, container, on_ready=ready, say=say).run(sockets=[listener])


class Launch:
    """Where the server is and how a browser gets in."""

    def __init__(self, settings: Settings, new_code: Callable[[], str]) -> None:
        self.settings = settings
        self._new_code = new_code

    @property
    def base_url(self) -> str:
        host = self.settings.host
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104 - shown, not bound to
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.settings.port}"

    def new_url(self) -> str:
        """Lets one browser in, once."""
        return f"{self.base_url}/?token={self._new_code()}"


class Server(uvicorn.Server):
    """The first signal stops it in good order, the second at once."""

    def __init__(
        self, config: uvicorn.Config, container: Container, *, on_ready: Callable[[], None], say: Announce
    ) -> None:
        super().__init__(config)
        self._container = container
        self._on_ready = on_ready
        self._say = say

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        asyncio.get_running_loop().set_exception_handler(ScarceDescriptors())
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Steps first: everybody who watches still sees what becomes of them."""
        await self._container.stop_steps()
        self._container.data_directory.withdraw()
        await super().shutdown(sockets=sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            self._say("Ended at once.")
            os._exit(128 + sig)
        self.should_exit = True
        name = "Ctrl+C" if sig == signal.SIGINT else signal.Signals(sig).name
        self._say(f"{name}: stopping. {self._about_steps()}Once more ends the server at once.")
        deadline = threading.Timer(STOP_LIMIT_S, self._give_up)
        deadline.daemon = True
        deadline.start()

    def _about_steps(self) -> str:
        """What becomes of what runs; empty if nothing does."""
        count = self._container.runs.running_steps
        if count == 0:
            return ""
        steps = "1 running step" if count == 1 else f"{count} running steps"
        if self._container.settings.stop_steps:
            return f"{steps} will be ended. "
        return f"{steps} will go on and be found again at the next start (--stop-steps would end them). "

    def _give_up(self) -> None:
        self._say("Not everything ended in time; the next start puts it right.")
        os._exit(0)
