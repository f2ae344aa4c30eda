"""MLflow's own UI under /mlflow: behind octopus' door, started when asked for, gone with the server."""

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.support.server import ServerProcess

HTML = {"Accept": "text/html"}
START_LIMIT_S = 180

pytestmark = [pytest.mark.mlflow, pytest.mark.timeout(300)]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    server = ServerProcess(tmp_path / "data").up()
    yield server
    server.kill()


def open_page(client: httpx.Client) -> httpx.Response:
    """MLflow's page, as a browser gets to it through the page that says that it is starting."""
    deadline = time.monotonic() + START_LIMIT_S
    while (answer := client.get("/mlflow/", headers=HTML)).status_code == 503 and time.monotonic() < deadline:
        assert "MLflow is starting" in answer.text
        assert "<script" not in answer.text
        time.sleep(0.5)
    return answer


def test_it_starts_when_asked_for_serves_behind_the_door_and_leaves_nothing(server: ServerProcess) -> None:
    assert httpx.get(f"{server.url}/mlflow/", headers=HTML).status_code == 401
    with server.client() as client:
        page = open_page(client)
        assert page.status_code == 200, _log(server)
        assert "<title>MLflow</title>" in page.text
        assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
        assert "'unsafe-eval'" not in client.get("/api/health").headers["content-security-policy"]
        found = client.post("/mlflow/ajax-api/2.0/mlflow/experiments/search", json={"max_results": 5})
        assert found.status_code == 200
        assert "experiments" in found.json()
        foreign = client.post(
            "/mlflow/ajax-api/2.0/mlflow/experiments/create",
            json={"name": "x"},
            headers={"Origin": "http://evil.example"},
        )
        assert foreign.status_code == 403
        assert client.get("/mlflow", follow_redirects=False).headers["location"] == "/mlflow/"
    children = psutil.Process(server.pid).children(recursive=True)
    assert any("mlflow" in " ".join(child.cmdline()) for child in children)
    assert not [child for child in children if "mlflow.db" in " ".join(_command(child))], "the tracking URI is shown"
    assert not [one for child in children for one in child.net_connections("inet") if one.status == psutil.CONN_LISTEN]
    server.stop()
    _, alive = psutil.wait_procs(children, timeout=30)
    assert not alive


def test_it_ends_even_if_the_server_is_killed(server: ServerProcess) -> None:
    with server.client() as client:
        client.get("/mlflow/", headers=HTML)
    children = psutil.Process(server.pid).children(recursive=True)
    server.kill()
    guarded = [child for child in children if "octopus.features.mlflow_ui.guardian" in " ".join(_command(child))]
    _, alive = psutil.wait_procs(guarded, timeout=30)
    assert not alive


def _log(server: ServerProcess) -> str:
    """What MLflow itself said: the page only tells where that is."""
    return (server.data_dir / "mlflow-ui.log").read_text()


def _command(process: psutil.Process) -> list[str]:
    try:
        command: list[str] = process.cmdline()
    except psutil.NoSuchProcess:
        return []
    return command
