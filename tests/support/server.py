"""A real `octopus serve` in a process of its own, with a data directory of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
import psutil

from octopus.execution.backends.process_tree import marked_processes, send
from tests.support.waiting import until

TOKEN = "test-token-0123456789abcdef0123456789abcdef"
START_LIMIT_S = 60.0


def free_port() -> int:
    """A TCP port on loopback that nobody listens on at this moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class ServerProcess:
    """`octopus serve` as its users start it. `up()` waits until it answers, `warm()` until its warm backend does, too;
    `stop()` waits until it is gone. Unless `env` says otherwise, steps end with it: no test leaves any behind."""

    def __init__(
        self,
        data_dir: Path,
        env: Mapping[str, str] | None = None,
        *,
        port: int | None = None,
        options: Sequence[str] = (),
    ) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self._options = options
        self.url = f"http://127.0.0.1:{self.port}"
        self.output = data_dir.parent / f"{data_dir.name}-server-output.txt"
        self._env = {**os.environ, "OCTOPUS_TOKEN": TOKEN, "OCTOPUS_STOP_STEPS": "true", **(env or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def command(self) -> list[str]:
        octopus = str(Path(sys.executable).parent / "octopus")
        return [
            octopus,
            "serve",
            "--port",
            str(self.port),
            "--data-dir",
            str(self.data_dir),
            "--no-open",
            *self._options,
        ]

    def start(self) -> "ServerProcess":
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                self.command, env=self._env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        return self

    def up(self) -> "ServerProcess":
        self.start()
        deadline = time.monotonic() + START_LIMIT_S
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            try:
                if httpx.get(f"{self.url}/api/health", timeout=5).status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.05)
        self.kill()
        raise AssertionError(f"the server did not come up:\n{self.output.read_text(errors='replace')[-4000:]}")

    def warm(self) -> "ServerProcess":
        """Up, and past the first seconds in which it would start steps cold."""
        return self.up().until_warm()

    def until_warm(self) -> "ServerProcess":
        with self.client() as client:
            until(lambda: _warm_state(client) != "starting", "the warm backend is ready", START_LIMIT_S)
            assert _warm_state(client) == "ready"
        return self

    def client(self, **options: object) -> httpx.Client:
        """An HTTP client that is let in."""
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, **options)  # type: ignore[arg-type]

    def processes_mentioning(self, text: str) -> list[str]:
        """Command lines of living processes whose environment or command line contains `text`."""
        found = []
        for process in psutil.process_iter():
            try:
                words = [*process.cmdline(), *process.environ().values()]
            except psutil.Error:
                continue
            if any(text in word for word in words):
                found.append(" ".join(process.cmdline()))
        return found

    @property
    def launch_url(self) -> str:
        """The URL that lets a browser in."""
        return f"{self.url}/?token={TOKEN}"

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)

    def wait(self, timeout_s: float = 30) -> int:
        assert self._process is not None
        return self._process.wait(timeout_s)

    def stop(self) -> None:
        """SIGTERM, and SIGKILL if that is not enough."""
        self.terminate()
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self.kill()

    def clear(self) -> None:
        """No server, and nothing of its steps."""
        self.kill()
        while pids := marked_processes(self.data_dir):
            send(pids, signal.SIGKILL)
            time.sleep(0.05)

    def kill(self) -> None:
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait(10)


def _warm_state(client: httpx.Client) -> str:
    return str(client.get("/api/health").json()["backends"]["warm"])
