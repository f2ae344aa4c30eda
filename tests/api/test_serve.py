"""`octopus serve` as a person starts and stops it: what it says, how fast it is, what it leaves."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from websockets.sync.client import connect

from octopus.api.server import STOP_LIMIT_S
from octopus.execution.backends.process_tree import marked_processes
from tests.support.server import TOKEN, ServerProcess, free_port
from tests.support.waiting import until

HEAVY = ("mlflow", "pandas", "numpy", "pyarrow", "sklearn", "scipy", "altair")
IDLE_LIMIT_BYTES = 150 * 1024 * 1024
HANGING = {
    "schema_version": 1,
    "name": "Long",
    "steps": [
        {"id": "load", "type": "python", "params": {"code": "import threading\ndef run(): threading.Event().wait()"}}
    ],
}
HANG_LIMIT_S = 60.0
"""Only a stop that waits for something that never comes gets there, on any machine."""
GAVE_UP = "Not everything ended in time"
PATCHED = "from octopus.api import server; server.STOP_LIMIT_S = {limit_s}; from octopus.__main__ import main; main()"


class ServerWithLimit(ServerProcess):
    """A server that gives the end of everything another limit than STOP_LIMIT_S: what it does by itself does not
    depend on the machine, how long it takes there does."""

    limit_s = HANG_LIMIT_S

    @property
    def command(self) -> list[str]:
        _program, *arguments = super().command
        return [sys.executable, "-P", "-c", PATCHED.format(limit_s=self.limit_s), *arguments]


class HastyServer(ServerWithLimit):
    limit_s = 0.0


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server of the test's own, whose steps go on without it."""
    server = ServerWithLimit(tmp_path / "data", {"OCTOPUS_STOP_STEPS": "false"})
    yield server
    server.clear()


def octopus(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "octopus"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, env={**os.environ, **env})


def test_the_server_never_imports_mlflow_or_the_data_libraries() -> None:
    program = (
        "import sys, octopus.__main__, octopus.api.server\n"
        "from octopus.api.routing import bare_app\n"
        "bare_app().openapi()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_is_light_private_and_bound_to_loopback(tmp_path: Path) -> None:
    server = ServerProcess(tmp_path / "data", {"OCTOPUS_TOKEN": ""})
    old = os.umask(0)
    try:
        server.up()
    finally:
        os.umask(old)
    try:
        process = psutil.Process(server.pid)
        assert process.memory_full_info().pss < IDLE_LIMIT_BYTES
        listening = [one.laddr.ip for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN]
        assert listening == ["127.0.0.1"]
        data = server.data_dir
        assert stat.S_IMODE(data.stat().st_mode) == 0o700
        for name in ("token", "octopus.db", "octopus.lock"):
            assert stat.S_IMODE((data / name).stat().st_mode) == 0o600, name
        token = (data / "token").read_text().strip()
        assert token not in " ".join(process.cmdline())
        assert token not in server.output.read_text()
        url = re.search(r"http://\S+/\?token=\S+", server.output.read_text())
        assert url is not None
        with httpx.Client(follow_redirects=False) as browser:
            assert browser.get(url[0]).status_code == 303
            assert browser.get(f"{server.url}/api/pipelines").status_code == 200
        assert httpx.get(url[0]).status_code == 401
        bearer = {"Authorization": f"Bearer {token}"}
        assert httpx.get(f"{server.url}/api/pipelines", headers=bearer).status_code == 200
    finally:
        server.stop()


def test_the_limit_of_a_stop_keeps_what_is_promised() -> None:
    assert STOP_LIMIT_S <= 3


def test_a_server_whose_limit_is_reached_ends_as_it_is_and_says_so(tmp_path: Path) -> None:
    server = HastyServer(tmp_path / "data", {"OCTOPUS_STOP_STEPS": "true"}).up()
    try:
        started(server)
        server.terminate()
        assert server.wait(HANG_LIMIT_S) == 0
        assert GAVE_UP in server.output.read_text()
    finally:
        server.clear()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_though_clients_watch_and_steps_run(server: ServerProcess, number: signal.Signals) -> None:
    server.up()
    with server.client() as client:
        run_id = client.post("/api/runs", json={"document": HANGING}).json()["id"]
        bearer = {"Authorization": f"Bearer {TOKEN}"}
        address = f"{server.url.replace('http', 'ws')}/api/runs/{run_id}/ws"
        with connect(address, additional_headers=bearer) as watcher:
            assert "run.queued" in watcher.recv(timeout=10)
            children = psutil.Process(server.pid).children(recursive=True)
            os.kill(server.pid, number)
            assert server.wait(HANG_LIMIT_S) == 0
    _, alive = psutil.wait_procs(children, timeout=30)
    assert not alive, alive
    said = server.output.read_text()
    assert ("stopping" in said, GAVE_UP in said) == (True, False)
    again = ServerProcess(server.data_dir).up()
    try:
        with again.client() as client:
            assert client.get(f"/api/runs/{run_id}").status_code == 200
    finally:
        again.stop()


def test_a_second_signal_ends_it_at_once(server: ServerProcess) -> None:
    server.up()
    with server.client() as client:
        client.post("/api/runs", json={"document": HANGING})
    server.terminate()
    # Signals that wait are merged: the second one counts once the first was heard.
    until(lambda: "stopping" in server.output.read_text(), "the first signal is heard", HANG_LIMIT_S)
    server.terminate()
    assert server.wait(HANG_LIMIT_S) == 128 + signal.SIGTERM
    assert "Ended at once." in server.output.read_text()


def test_steps_end_with_the_server_if_that_is_wanted(tmp_path: Path) -> None:
    server = ServerWithLimit(tmp_path / "data", {"OCTOPUS_STOP_STEPS": "true", "OCTOPUS_WARM": "false"}).up()
    try:
        run_id = started(server)
        server.terminate()
        assert server.wait(HANG_LIMIT_S) == 0
        said = server.output.read_text()
        assert ("1 running step will be ended" in said, GAVE_UP in said) == (True, False)
        assert not marked_processes(server.data_dir)
        server.up()
        with server.client() as client:
            assert ended(client, run_id) == "cancelled"
    finally:
        server.stop()


def started(server: ServerProcess) -> str:
    """The id of a run whose step runs now."""
    with server.client() as client:
        run_id: str = client.post("/api/runs", json={"document": HANGING}).json()["id"]
        step = f"/api/runs/{run_id}/steps"
        until(lambda: client.get(step).json()["items"][0]["status"] == "running", "the step runs")
    return run_id


def ended(client: httpx.Client, run_id: str) -> str:
    """How the run ended."""

    def status() -> str:
        return str(client.get(f"/api/runs/{run_id}").json()["status"])

    until(lambda: status() not in ("queued", "running", "cancelling"), "the run has ended")
    return status()


def test_a_second_server_on_the_same_data_is_refused_and_told_why(server: ServerProcess) -> None:
    server.up()
    second = octopus("serve", "--port", str(free_port()), "--data-dir", str(server.data_dir), "--no-open")
    assert second.returncode == 3
    assert second.stderr.startswith("octopus: The data directory")
    assert str(server.pid) in second.stderr
    assert second.stderr.count("\n") == 1
    with server.client() as client:
        assert client.get("/api/health").status_code == 200


def test_a_port_in_use_is_one_sentence_and_touches_nothing(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = octopus("serve", "--port", str(port), "--data-dir", str(tmp_path / "data"), "--no-open")
    assert done.returncode == 2
    assert done.stderr == f"octopus: octopus cannot listen on 127.0.0.1 port {port}: Address already in use.\n"
    assert not (tmp_path / "data").exists()


def test_a_damaged_database_is_one_sentence_and_is_left_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "octopus.db").write_bytes(b"this is no database" * 100)
    before = (data / "octopus.db").read_bytes()
    done = octopus("serve", "--port", "0", "--data-dir", str(data), "--no-open")
    assert done.returncode == 4
    assert "octopus.db" in done.stderr
    assert "Traceback" not in done.stderr
    assert (data / "octopus.db").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "env", "words"),
    [
        (("--host", "0.0.0.0"), {"OCTOPUS_TOKEN": "x" * 32}, "--listen-on-all-interfaces"),
        (("--host", "192.168.1.1"), {}, "--listen-on-all-interfaces"),
        (("--listen-on-all-interfaces",), {"OCTOPUS_TOKEN": ""}, "OCTOPUS_TOKEN"),
        ((), {"OCTOPUS_TOKEN": "short"}, "OCTOPUS_TOKEN"),
        ((), {"OCTOPUS_DATABASE_URL": "postgresql://x/y"}, "OCTOPUS_DATABASE_URL"),
    ],
)
def test_a_setting_that_cannot_be_is_one_sentence(
    tmp_path: Path, arguments: tuple[str, ...], env: dict[str, str], words: str
) -> None:
    done = octopus("serve", "--port", "0", "--data-dir", str(tmp_path / "data"), "--no-open", *arguments, **env)
    assert done.returncode in (2, 4)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert "short" not in done.stderr


def test_a_wrong_option_is_a_usage_error() -> None:
    assert octopus("serve", "--port", "nonsense").returncode == 2
    assert octopus("serve", "--port", "99999").returncode == 2
    assert octopus("nonsense").returncode == 2


def test_help_names_the_variable_of_every_option() -> None:
    text = octopus("serve", "--help", COLUMNS="200").stdout
    options = set(re.findall(r"--[a-z][a-z-]+", text)) - {"--help", "--no-open"}
    assert len(options) >= 12
    for variable in ("OCTOPUS_HOST", "OCTOPUS_PORT", "OCTOPUS_DATA_DIR", "OCTOPUS_TOKEN", "OCTOPUS_DATABASE_URL"):
        assert variable in text
    assert "MLFLOW_TRACKING_URI" in text
    assert text.count("[env var:") >= 12


def test_the_version_is_told() -> None:
    from octopus import __version__

    assert octopus("--version").stdout == f"octopus {__version__}\n"


@pytest.mark.parametrize(("stated", "switched"), [("--no-warm", "true"), (None, "false")])
def test_the_warm_backend_can_be_switched_off(tmp_path: Path, stated: str | None, switched: str) -> None:
    server = ServerProcess(tmp_path / "data", {"OCTOPUS_WARM": switched}, options=[stated] if stated else ())
    with server.up().client() as client:
        backends = client.get("/api/health").json()["backends"]
    server.stop()
    assert backends == {
        "cold": "ready",
        "warm": "off",
        "warm_reason": "it is switched off",
        "warm_memory_bytes": None,
    }
