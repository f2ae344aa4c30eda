"""serve: flows in the browser, until Ctrl+C."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from rich.console import Console
from rich.text import Text

from octopus import __version__
from octopus.api.server import CONNECTIONS_LIMIT_S, STOP_LIMIT_S, listen
from octopus.cli.browser import has_browser
from octopus.cli.browser import open_browser as open_in_browser
from octopus.flow.components import FlowEditor, NodePalette
from octopus.flow.execution import FlowExecutor
from octopus.flow.serving.app import flow_app

LOOPBACK = "127.0.0.1"
DEFAULT_PORT = 8000
HIGHEST_PORT = 65_535
LOOPBACK_HOSTS = frozenset({LOOPBACK, "localhost", "::1"})
WILDCARDS = frozenset({"0.0.0.0", "::"})  # noqa: S104 - recognised, only bound to when asked for
NO = frozenset({"0", "false", "no", "off"})


def serve(
    editors: FlowEditor | Sequence[FlowEditor],
    executors: FlowExecutor | Sequence[FlowExecutor],
    *,
    palettes: Iterable[NodePalette] = (),
    title: str | None = None,
    context: Mapping[str, Any] | None = None,
    host: str | None = None,
    port: int | None = None,
    open_browser: bool | None = None,
    token: str | None = None,
    allowed_hosts: Iterable[str] = (),
    listen_on_all_interfaces: bool = False,
) -> None:
    """Show flows in the browser and run them there, until Ctrl+C.

    Prints the address that lets a browser in. The page shows each flow as its `FlowEditor` draws it, runs it with its
    `FlowExecutor`, and follows what happens live; any number of tabs see the same. Programs may do so too, with the
    token: `POST /execute/{graph_id}` starts a run and answers `{"run": id}`, `GET /execute/{graph_id}/{run}` follows it
    as server-sent events.

    `editors`, `executors`: one or several, joined by `id` and `graph_id`. `palettes`: shown with the editor they name.
    `title`: over the page; None: the first flow's id. `context`: given to every run. `host`: None: `OCTOPUS_HOST`, else
    this machine only (127.0.0.1). `port`: None: `OCTOPUS_PORT`, else 8000; 0: any free one. `open_browser`: None:
    `OCTOPUS_OPEN`, else where there is one. `token`: who has it may come in; None: `OCTOPUS_TOKEN`, else the one of
    octopus' data directory. `allowed_hosts`: further names under which browsers may call the server.
    `listen_on_all_interfaces`: let other machines reach it; needs a token of your own.

    Raises ValueError if a drawing has no executor of its id or the other way round, and for a host or token that is not
    safe; OSError, with a sentence for a person, if it cannot listen; RuntimeError where an event loop runs already, as
    in a notebook.
    """
    _refuse_inside_a_loop()
    address = _address(host or os.environ.get("OCTOPUS_HOST") or LOOPBACK, listen_on_all_interfaces, token)
    with listen(address, _port() if port is None else port) as listener:
        bound = int(listener.getsockname()[1])
        app = flow_app(
            editors,
            executors,
            palettes=palettes,
            title=title,
            context=context,
            token=token,
            host=address,
            port=bound,
            allowed_hosts=allowed_hosts,
        )
        console = Console(highlight=False, soft_wrap=True)

        def ready() -> None:
            _greet(console, app, _url(app, address, bound))
            if _wants_browser(open_browser):
                open_in_browser(_url(app, address, bound))

        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="on",
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=CONNECTIONS_LIMIT_S,  # type: ignore[arg-type]  # any number of seconds does
        )
        FlowServer(config, ready, console).run(sockets=[listener])


class FlowServer(uvicorn.Server):
    """The first Ctrl+C stops it in good order, the second at once."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], console: Console) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._console = console
        self._deadline = threading.Timer(STOP_LIMIT_S, os._exit, (0,))
        self._deadline.daemon = True

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._on_ready()

    async def shutdown(self, sockets: Any = None) -> None:
        await super().shutdown(sockets=sockets)
        self._deadline.cancel()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            os._exit(128 + sig)
        self.should_exit = True
        name = "Ctrl+C" if sig == signal.SIGINT else signal.Signals(sig).name
        self._console.print(Text(f"{name}: stopping. Once more ends the server at once."))
        self._deadline.start()


def _refuse_inside_a_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError(
        "serve(...) waits for Ctrl+C, so it needs a thread of its own where an event loop runs already, as in a "
        "notebook: threading.Thread(target=serve, args=(editor, executor), daemon=True).start()"
    )


def _port() -> int:
    said = os.environ.get("OCTOPUS_PORT") or str(DEFAULT_PORT)
    if not (said.isascii() and said.isdigit() and int(said) <= HIGHEST_PORT):
        raise ValueError(f"OCTOPUS_PORT is {said!r}, which is no port: a number from 0 to {HIGHEST_PORT}.")
    return int(said)


def _address(host: str, all_interfaces: bool, token: str | None) -> str:
    """Others than this machine reach it only if that is wanted, with a token: whoever has it can run the flow."""
    if host in LOOPBACK_HOSTS and not all_interfaces:
        return host
    if not all_interfaces:
        raise ValueError(
            f"Listening on {host} lets other machines in. Say listen_on_all_interfaces=True and set OCTOPUS_TOKEN if "
            "that is what you want."
        )
    if not (token or os.environ.get("OCTOPUS_TOKEN")):
        raise ValueError("listen_on_all_interfaces=True needs a token: set OCTOPUS_TOKEN to a long random text.")
    return "0.0.0.0" if host in LOOPBACK_HOSTS else host  # noqa: S104 - asked for, with a token


def _url(app: FastAPI, host: str, port: int) -> str:
    """Lets one browser in, once."""
    shown = LOOPBACK if host in WILDCARDS else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/?token={app.state.access.new_launch_code()}"


def _wants_browser(wanted: bool | None) -> bool:
    said = os.environ.get("OCTOPUS_OPEN")
    if wanted is None and said is not None:
        wanted = said.lower() not in NO
    return has_browser() if wanted is None else wanted


def _greet(console: Console, app: FastAPI, url: str) -> None:
    console.print(Text.assemble(("octopus", "bold"), f" {__version__} serves {app.state.title}.\n"))
    console.print(Text.assemble("  Open   ", (url, "bold cyan")))
    console.print(Text("         (lets one browser in, once; it stays in. Programs send the token.)", "dim"))
    console.print(Text("  Stop   Ctrl+C\n"))
    console.file.flush()
