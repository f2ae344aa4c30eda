"""`serve(...)` at the end of a program: what the terminal says, who is let in, how it stops; and what it refuses."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from octopus.flow import FlowEditor, FlowExecutor, serve
from tests.support.tutorials import EXAMPLES

LIMIT_S = 60
FLOW = (FlowEditor(id="a"), FlowExecutor("a", []))


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], str, Path]]:
    """examples/python_execution.py, started as people start it; the address it prints; its data directory."""
    data = tmp_path_factory.mktemp("octopus") / "data"
    env = {name: value for name, value in os.environ.items() if not name.startswith("OCTOPUS_")}
    env |= {"OCTOPUS_PORT": "0", "OCTOPUS_DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, str(EXAMPLES / "python_execution.py")]
    with subprocess.Popen(command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        address = ""
        for line in process.stdout:
            if found := re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", line):
                address = found[0]
                break
        try:
            yield process, address, data
        finally:
            process.kill()


def test_the_printed_address_lets_one_browser_in_and_the_token_programs(
    program: tuple[subprocess.Popen[str], str, Path],
) -> None:
    _, address, data = program
    url = address.partition("/?")[0]
    with httpx.Client(follow_redirects=False, timeout=LIMIT_S) as browser:
        let_in = browser.get(address)
        assert let_in.status_code == 303
        assert "SameSite=Strict" in let_in.headers["set-cookie"]
        assert browser.get(f"{url}/api/flows").json()["title"] == "Python Execution Demo"
    assert httpx.get(address, timeout=LIMIT_S).status_code == 401
    token = (data / "token").read_text().strip()
    assert (data / "token").stat().st_mode & 0o777 == 0o600
    headers = {"Authorization": f"Bearer {token}"}
    run = httpx.post(f"{url}/execute/my-pipeline", headers=headers, timeout=LIMIT_S).json()["run"]
    told = httpx.get(f"{url}/execute/my-pipeline/{run}", headers=headers, timeout=LIMIT_S).text
    assert '"saved": 500' in told.split("event: complete\n")[1]


def test_it_stops_in_good_order_while_a_flow_runs(program: tuple[subprocess.Popen[str], str, Path]) -> None:
    process, address, data = program
    headers = {"Authorization": f"Bearer {(data / 'token').read_text().strip()}"}
    httpx.post(f"{address.partition('/?')[0]}/execute/my-pipeline", headers=headers, timeout=LIMIT_S)
    process.send_signal(signal.SIGTERM)
    rest, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 0
    assert "SIGTERM: stopping" in rest


def test_other_machines_are_let_in_only_if_that_is_said_and_with_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OCTOPUS_TOKEN", raising=False)
    with pytest.raises(ValueError, match="listen_on_all_interfaces=True"):
        serve(*FLOW, host="0.0.0.0")
    with pytest.raises(ValueError, match="set OCTOPUS_TOKEN"):
        serve(*FLOW, listen_on_all_interfaces=True)
    with pytest.raises(ValueError, match="5 characters"):
        serve(*FLOW, port=0, token="short")


@pytest.mark.anyio
async def test_where_an_event_loop_runs_it_says_how_to_serve() -> None:
    with pytest.raises(RuntimeError, match="needs a thread of its own"):
        serve(*FLOW, port=0)


def test_a_port_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCTOPUS_PORT", "eighty")
    with pytest.raises(ValueError, match="OCTOPUS_PORT is 'eighty'"):
        serve(*FLOW)


def test_a_flow_without_a_partner_is_refused_before_anything_listens() -> None:
    with pytest.raises(ValueError, match="drawn 'a', to be executed 'b'"):
        serve(FlowEditor(id="a"), FlowExecutor("b", []), port=0)
