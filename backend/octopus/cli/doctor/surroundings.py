"""What is around octopus: a running server, its port, MLflow's store, the built editor and a browser to see it in."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from pydantic import ValidationError

from octopus import __version__
from octopus.bootstrap.health import WARM_LOG_NAME, BackendsHealth
from octopus.bootstrap.settings import LOOPBACK
from octopus.cli.browser import has_browser
from octopus.cli.doctor.finding import Finding, Installation, broken, fine, warning
from octopus.execution.backends.fork_server import SWITCHED_OFF
from octopus.store.data_directory import running_server

_PATIENCE_S = 5.0
_DATABASE_PORTS = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}
_RESTART = "Stop it (Ctrl+C, or kill), and start it again: steps that run go on meanwhile."


def server(installation: Installation) -> Iterator[Finding]:
    """Whether the server that uses the data directory is well, or could be started."""
    running = running_server(installation.data_dir)
    if running is None:
        yield from _port(installation.port)
        return
    if running.url is None:
        yield warning(f"a server is starting or stopping (process {running.pid})", "Wait a moment and look again.")
        return
    try:
        health = _health(running.url)
    except (httpx.HTTPError, ValueError) as error:
        yield broken(f"the server {running.url} (process {running.pid}) does not answer: {error}", _RESTART)
        return
    if health.get("version") != __version__:
        yield warning(f"the server {running.url} is version {health.get('version')}, this is {__version__}", _RESTART)
    elif health.get("status") != "ok":
        yield warning(f"the server {running.url} is unwell", f"{running.url}/api/health says what it is.")
    else:
        yield fine(f"a server runs at {running.url}")
        yield _warm_backend(health.get("backends"), installation.data_dir)


def _health(url: str) -> dict[str, Any]:
    """Raises ValueError for what no octopus answers."""
    health = httpx.get(f"{url}/api/health", timeout=_PATIENCE_S, trust_env=False).json()
    if not isinstance(health, dict):
        raise ValueError("its answer is no JSON object")
    return health


def _warm_backend(told: object, data_dir: Path) -> Finding:
    """Whether its steps start in a moment, and what that costs."""
    try:
        backends = BackendsHealth.model_validate(told, extra="ignore")
    except ValidationError:
        return warning("it does not say how its warm backend is", _RESTART)
    if backends.warm == "ready":
        return fine(f"its warm backend is ready and holds {backends.warm_memory_bytes or 0:,} bytes of memory")
    said = f"its warm backend is {backends.warm}: {backends.warm_reason}"
    if backends.warm == "starting" or backends.warm_reason == SWITCHED_OFF:
        return fine(f"{said}; steps start cold")
    return warning(
        f"{said}; steps start cold", f"{data_dir / WARM_LOG_NAME} may say more; then start the server again."
    )


def tracking(installation: Installation) -> Iterator[Finding]:
    """Whether MLflow's store can be reached."""
    uri = installation.tracking_uri
    if uri is None:
        yield fine("MLflow keeps its runs in the data directory")
        return
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError:  # Its words may hold a part of the password.
        yield broken("MLFLOW_TRACKING_URI is no address", "Percent-encode what is special in its password.")
        return
    shown = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
    kind = parts.scheme.partition("+")[0]
    if kind in ("http", "https"):
        yield _tracking_server(uri, shown)
    elif kind in _DATABASE_PORTS:
        yield _connects(parts.hostname or "localhost", port or _DATABASE_PORTS[kind], shown)
    elif kind in ("sqlite", "file") or uri.startswith((".", "/")):
        yield _local_store(Path(unquote(uri.partition("?")[0].removeprefix("sqlite:///").removeprefix("file://"))))
    else:
        yield warning(f"nobody here can tell whether {shown} can be reached", "Try it: mlflow experiments search.")


def editor(installation: Installation) -> Iterator[Finding]:
    """Whether there is something to see, and something to see it in."""
    page = installation.package / "web" / "index.html"
    if page.is_file():
        yield fine("the editor is built")
    else:
        yield broken(f"the editor is not built: there is no {page}", "In a checkout: make build. Else install again.")
    where = "opens by itself" if has_browser() else "does not open by itself here: open the printed address"
    yield fine(f"the browser {where}")


def _port(port: int) -> Iterator[Finding]:
    try:
        with socket.create_server((LOOPBACK, port)):
            yield fine(f"no server runs; port {port} is free for one")
    except OSError as error:
        yield broken(
            f"no server runs, and port {port} cannot be used: {error.strerror}",
            "Choose another with --port or OCTOPUS_PORT; 0 takes any free one.",
        )


def _tracking_server(uri: str, shown: str) -> Finding:
    mend = "Start it, or set MLFLOW_TRACKING_URI to where it is."
    try:
        answer = httpx.get(f"{uri.rstrip('/')}/health", timeout=_PATIENCE_S)
    except httpx.HTTPError as error:
        return broken(f"MLflow's server {shown} does not answer: {error}", mend)
    except httpx.InvalidURL:
        return broken("MLFLOW_TRACKING_URI is no address", mend)
    if answer.status_code in (401, 403):
        return warning(f"MLflow's server {shown} lets nobody in without a password", "Set MLFLOW_TRACKING_USERNAME.")
    if answer.is_error:
        return broken(f"MLflow's server {shown} answers {answer.status_code}", mend)
    return fine(f"MLflow's server {shown} answers")


def _connects(host: str, port: int, shown: str) -> Finding:
    try:
        socket.create_connection((host, port), timeout=_PATIENCE_S).close()
    except OSError as error:
        return broken(f"MLflow's database {shown} cannot be reached: {error}", "Start it, or mend MLFLOW_TRACKING_URI.")
    return fine(f"MLflow's database {shown} can be reached")


def _local_store(path: Path) -> Finding:
    if path.exists() or path.parent.is_dir():
        return fine(f"MLflow keeps its runs in {path}")
    return broken(f"MLflow's store {path} cannot be made", f"Make the folder {path.parent}.")
