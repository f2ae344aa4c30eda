"""`make dev`: server and editor, each reloaded when its sources change.

The editor's development server answers the browser and hands /api and /mlflow on to octopus with the token of this
session, so that there is nothing to log in to. The server is started anew whenever a file of the package changes.
"""

import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from scripts.paths import BIN, FRONTEND, PACKAGE, WEB

LOOK_EVERY_S = 0.5
STOP_WITHIN_S = 10.0
SOURCES = ("*.py", "*.json", "MLproject")

State = Mapping[Path, int]


def sources(package: Path = PACKAGE) -> State:
    """Every file the server is made of, with the time of its last change in nanoseconds."""
    found = (path for pattern in SOURCES for path in package.rglob(pattern) if WEB not in path.parents)
    return {path: path.stat().st_mtime_ns for path in found if path.is_file()}


def start_server(port: str, options: list[str], env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([str(BIN / "octopus"), "serve", "--port", port, "--no-open", *options], env=dict(env))


def start_editor(port: str, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    argv = [str(FRONTEND / "node_modules" / ".bin" / "vite"), "--port", port, "--strictPort"]
    return subprocess.Popen(argv, cwd=FRONTEND, env=dict(env))


def stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(STOP_WITHIN_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def follow(port: str, editor_port: str, options: list[str], ended: threading.Event) -> None:
    """Runs both until the editor ends or `ended` is set."""
    env = {
        **os.environ,
        "OCTOPUS_TOKEN": secrets.token_urlsafe(32),
        "OCTOPUS_ALLOWED_HOSTS": f"127.0.0.1:{editor_port}",
        "OCTOPUS_DEV_SERVER": f"http://127.0.0.1:{port}",
    }
    seen = sources()
    server, editor = start_server(port, options, env), start_editor(editor_port, env)
    while editor.poll() is None and not ended.wait(LOOK_EVERY_S):
        if (now := sources()) != seen:
            seen = now
            print("sources changed: the server starts anew", flush=True)
            stop(server)
            server = start_server(port, options, env)
    stop(server)
    stop(editor)


def main(options: list[str]) -> int:
    """`options` go to `octopus serve`; the ports are OCTOPUS_PORT and OCTOPUS_EDITOR_PORT."""
    ended = threading.Event()
    # Raising from a handler could lose a process that has just been started.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    follow(os.environ.get("OCTOPUS_PORT", "8000"), os.environ.get("OCTOPUS_EDITOR_PORT", "5173"), options, ended)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
