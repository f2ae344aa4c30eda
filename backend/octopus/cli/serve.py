"""`octopus serve`: options and environment variables -> Settings -> the server; failures as one sentence each."""

import logging
import os
import sys
from collections.abc import Callable
from typing import Annotated, Any, Protocol

import typer
from pydantic import ValidationError

from octopus.bootstrap.settings import LOOPBACK, Settings, cores
from octopus.cli import exit_codes
from octopus.cli.browser import has_browser, open_browser
from octopus.cli.examples import examples
from octopus.cli.failure import failure
from octopus.cli.greeting import Terminal
from octopus.cli.options import DEFAULT_DATA_DIR, DatabaseUrl, DataDir, TrackingUri
from octopus.domain.errors import StorageUnavailable
from octopus.sdk.servers import TOKEN_VARIABLE

ALL_INTERFACES = "0.0.0.0"  # noqa: S104 - only after a long flag and a token
LOOPBACK_HOSTS = frozenset({LOOPBACK, "localhost", "::1"})


class Launch(Protocol):
    """A server that is up."""

    settings: Settings

    def new_url(self) -> str: ...


class ServeDoor(Protocol):
    """The HTTP door. Returns when the server has stopped. Raises StorageUnavailable, and OSError with a sentence for a
    person if it cannot listen."""

    def __call__(
        self, settings: Settings, *, on_ready: Callable[[Launch], None], say: Callable[[str], None]
    ) -> None: ...


Host = Annotated[str, typer.Option(envvar="OCTOPUS_HOST", help="Address to listen on.")]
Port = Annotated[int, typer.Option(envvar="OCTOPUS_PORT", min=0, max=65535, help="Port; 0: any free one.")]
Open = Annotated[
    bool | None,
    typer.Option("--open/--no-open", envvar="OCTOPUS_OPEN", help="Open the browser. [default: where there is one]"),
]
Token = Annotated[
    str | None,
    typer.Option(
        "--token",
        envvar=TOKEN_VARIABLE,
        help="A fixed access token (16 characters or more). Set the variable rather than the option: others on this "
        "machine can see options. [default: a random one, kept in the data directory]",
        show_default=False,
    ),
]
MaxSteps = Annotated[
    int | None,
    typer.Option(envvar="OCTOPUS_MAX_STEPS", min=1, max=1024, help="Steps that run at once. [default: cores]"),
]
MaxActiveRuns = Annotated[
    int, typer.Option(envvar="OCTOPUS_MAX_ACTIVE_RUNS", min=1, max=1000, help="Runs that go on at once.")
]
MaxQueuedRuns = Annotated[
    int, typer.Option(envvar="OCTOPUS_MAX_QUEUED_RUNS", min=0, max=100_000, help="Runs that may wait for their turn.")
]
MaxDocumentSteps = Annotated[
    int,
    typer.Option(envvar="OCTOPUS_MAX_DOCUMENT_STEPS", min=1, max=100_000, help="Steps of one pipeline, at most."),
]
AllowedHosts = Annotated[
    list[str] | None,
    typer.Option(
        "--allowed-host",
        envvar="OCTOPUS_ALLOWED_HOSTS",
        help="A further name (or name:port) under which browsers may call the server; may be repeated.",
    ),
]
AllInterfaces = Annotated[
    bool,
    typer.Option(
        "--listen-on-all-interfaces",
        envvar="OCTOPUS_LISTEN_ON_ALL_INTERFACES",
        help=f"Let other machines reach the server: whoever has the token can run code here. Needs {TOKEN_VARIABLE}.",
    ),
]
CancelGrace = Annotated[
    float,
    typer.Option(envvar="OCTOPUS_CANCEL_GRACE_S", min=0.1, max=600, help="Seconds a cancelled step gets to end."),
]
StopSteps = Annotated[
    bool,
    typer.Option(
        "--stop-steps/--no-stop-steps",
        envvar="OCTOPUS_STOP_STEPS",
        help="End running steps when the server stops. Otherwise they go on, and the next start finds them again.",
    ),
]
Warm = Annotated[
    bool,
    typer.Option(
        "--warm/--no-warm",
        envvar="OCTOPUS_WARM",
        help="Keep a process with everything imported, from which steps are forked; otherwise each starts anew.",
    ),
]
LogCap = Annotated[
    int,
    typer.Option(
        envvar="OCTOPUS_LOG_CAP_BYTES",
        min=4096,
        help="How long the log of one step may become, in bytes; what it prints after that is dropped.",
    ),
]
MinFree = Annotated[
    int,
    typer.Option(
        envvar="OCTOPUS_MIN_FREE_BYTES",
        min=0,
        help="Take no new run with less than this free on the disk of the data directory, in bytes.",
    ),
]
_DEFAULTS = Settings()


def add_serve(app: typer.Typer, door: ServeDoor) -> None:
    @app.command(
        epilog=examples(
            "octopus serve",
            "octopus serve --port 9000 --data-dir ~/experiments",
            "OCTOPUS_TOKEN=<long random text> octopus serve --listen-on-all-interfaces",
            "MLFLOW_TRACKING_URI=http://mlflow:5000 octopus serve --no-open",
        )
    )
    def serve(
        host: Host = LOOPBACK,
        port: Port = _DEFAULTS.port,
        data_dir: DataDir = DEFAULT_DATA_DIR,
        open_: Open = None,
        token: Token = None,
        database_url: DatabaseUrl = None,
        tracking_uri: TrackingUri = None,
        max_steps: MaxSteps = None,
        max_active_runs: MaxActiveRuns = _DEFAULTS.max_active_runs,
        max_queued_runs: MaxQueuedRuns = _DEFAULTS.max_queued_runs,
        max_document_steps: MaxDocumentSteps = _DEFAULTS.max_document_steps,
        allowed_host: AllowedHosts = None,
        listen_on_all_interfaces: AllInterfaces = False,
        cancel_grace_s: CancelGrace = _DEFAULTS.cancel_grace_s,
        stop_steps: StopSteps = _DEFAULTS.stop_steps,
        warm: Warm = _DEFAULTS.warm,
        log_cap_bytes: LogCap = _DEFAULTS.log_cap_bytes,
        min_free_bytes: MinFree = _DEFAULTS.min_free_bytes,
    ) -> None:
        """Start the server and show the address for the browser.

        Ctrl+C stops it, a second one at once; running steps go on meanwhile and are found again at the next start.
        """
        settings = _settings(
            host=_host(host, token, listen_on_all_interfaces),
            port=port,
            data_dir=data_dir,
            open_browser=open_,
            token=token,
            database_url=database_url,
            tracking_uri=tracking_uri,
            max_steps=max_steps or cores(),
            max_active_runs=max_active_runs,
            max_queued_runs=max_queued_runs,
            max_document_steps=max_document_steps,
            allowed_hosts=tuple(allowed_host or ()),
            listen_on_all_interfaces=listen_on_all_interfaces,
            cancel_grace_s=cancel_grace_s,
            stop_steps=stop_steps,
            warm=warm,
            log_cap_bytes=log_cap_bytes,
            min_free_bytes=min_free_bytes,
        )
        _run(door, settings)


def _run(door: ServeDoor, settings: Settings) -> None:
    terminal = Terminal()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")

    def greet(launch: Launch) -> None:
        terminal.greet(launch.new_url(), launch.settings)
        wanted = launch.settings.open_browser
        if wanted or (wanted is None and has_browser()):
            open_browser(launch.new_url())

    try:
        door(settings, on_ready=greet, say=terminal.say)
    except StorageUnavailable as error:
        code = exit_codes.DATA_DIRECTORY if error.code in DATA_DIRECTORY_CODES else exit_codes.DATABASE
        raise failure(error.detail, code) from None
    except OSError as error:
        raise failure(str(error), exit_codes.USAGE) from None
    _end_at_once()


def _end_at_once() -> None:
    """Everything has been given back; taking a thousand modules apart would only keep the person waiting."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


DATA_DIRECTORY_CODES = frozenset({"data_directory_in_use", "data_directory_unusable", "token_unusable"})


def _host(host: str, token: str | None, all_interfaces: bool) -> str:
    """The address to listen on; others than this machine reach it only if that is wanted, with a token."""
    if host in LOOPBACK_HOSTS and not all_interfaces:
        return host
    if not all_interfaces:
        raise failure(
            f"Listening on {host} lets other machines in. Say --listen-on-all-interfaces and set {TOKEN_VARIABLE} if "
            "that is what you want.",
            exit_codes.USAGE,
        )
    if not token:
        raise failure(
            f"--listen-on-all-interfaces needs {TOKEN_VARIABLE}: set it to a long random text.", exit_codes.USAGE
        )
    return ALL_INTERFACES if host in LOOPBACK_HOSTS else host


def _settings(**values: Any) -> Settings:
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = str(first["loc"][0]).replace("_", "-")
        raise failure(
            f"--{name} (OCTOPUS_{name.upper().replace('-', '_')}): {first['msg']}.", exit_codes.USAGE
        ) from None
