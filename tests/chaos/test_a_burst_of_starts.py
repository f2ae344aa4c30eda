"""The server is killed while many clients start runs: what was acknowledged is there, and asking again starts nothing
twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.chaos.faults import step_processes, supervisors
from tests.chaos.pipelines import pipeline, ticker
from tests.support.api import ENDED, wait_until_over
from tests.support.server import ServerProcess
from tests.support.waiting import until

RUNS = 40
KILLED_AFTER = 10
CLIENTS = 4
BODY = {"document": pipeline("Burst", [ticker("a", 100_000, pause_s=1)], [])}


def ask(server: ServerProcess, number: int) -> str | None:
    """Id of the run; None: there was no answer."""
    with server.client() as client:
        try:
            answer = client.post("/api/runs", json=BODY, headers={"Idempotency-Key": f"run-{number}"})
        except httpx.TransportError:
            return None
    assert answer.status_code == 201, answer.text
    run_id: str = answer.json()["id"]
    return run_id


def test_what_was_acknowledged_is_there_and_the_same_keys_give_the_same_runs(shaky: ServerProcess) -> None:
    answered: dict[int, str] = {}
    enough = threading.Event()

    def start(number: int) -> None:
        if (run_id := ask(shaky, number)) is not None:
            answered[number] = run_id
        if len(answered) >= KILLED_AFTER:
            enough.set()

    with ThreadPoolExecutor(CLIENTS) as clients:
        starting = [clients.submit(start, number) for number in range(RUNS)]
        assert enough.wait(60)
        shaky.kill()
    assert all(one.exception() is None for one in starting)
    assert KILLED_AFTER <= len(answered) < RUNS
    shaky.up()
    again = {number: ask(shaky, number) for number in range(RUNS)}
    assert {number: again[number] for number in answered} == answered
    with shaky.client() as client:
        known = {run["id"] for run in client.get("/api/runs", params={"limit": 200}).json()["items"]}
        assert known == set(again.values())
        assert len(known) == RUNS
        directories = {path.name for path in (shaky.data_dir / "attempts").glob("*")}
        assert directories <= known
        for run_id in known:
            client.post(f"/api/runs/{run_id}/cancel")
        assert {wait_until_over(client, run_id)["status"] for run_id in known} == {"cancelled"} < ENDED
    until(lambda: not step_processes(shaky.data_dir) + supervisors(shaky.data_dir), "nothing is left", 30)
