"""What becomes of runs when the server that started them is killed, stopped, stalled or upgraded. Attempts are warm, as
they are by default; where it says so cold ones as well. After a restart steps may start cold for a moment."""

import os
import signal
import threading
from pathlib import Path

import pytest

from tests.chaos.faults import step_processes, supervisors
from tests.chaos.pipelines import pipeline, ticker
from tests.chaos.verdict import faults_found
from tests.chaos.watcher import Watcher
from tests.support.api import start_run, step_of, wait_for, wait_until_over
from tests.support.mlflow_store import MlflowStore
from tests.support.server import ServerProcess
from tests.support.waiting import until

LIMIT_S = 120.0
BACKENDS = ("warm", "cold")


def heard_lines(watcher: Watcher) -> int:
    return sum(len(lines) for lines in watcher.lines.values())


def backends_of(server: ServerProcess, run_id: str | None) -> dict[str, str | None]:
    """Which way each step of a run went; None: it has not started."""
    with server.client() as client:
        return {step["id"]: step["backend"] for step in client.get(f"/api/runs/{run_id}").json()["steps"]}


def test_every_line_is_told_exactly_once_however_often_the_server_is_killed(
    shaky: ServerProcess, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    watcher = Watcher(shaky, pipeline("Killed", [ticker("a", 10_000, pause_s=0.03, gate=gate)], []))
    watcher.start()
    until(lambda: heard_lines(watcher) >= 1, "the step prints")
    assert backends_of(shaky, watcher.run_id) == {"a": "warm"}
    for seen in (1, 3_000, 6_000):
        until(lambda seen=seen: heard_lines(watcher) >= seen, f"{seen} lines are told")
        shaky.kill()
        shaky.up()
    gate.touch()
    watcher.join(LIMIT_S)
    assert watcher.is_over
    assert watcher.events[-1]["kind"] == "run.succeeded"
    assert faults_found(shaky, [watcher]) == []
    assert watcher.reconnects >= 1


def test_a_step_that_ends_while_no_server_is_there_is_settled_at_the_next_start(
    shaky: ServerProcess, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    steps = [ticker("a", 200, gate=gate), ticker("b", 50)]
    with shaky.client() as client:
        run_id = start_run(client, pipeline("Alone", steps, [("a", "b")]))
        wait_for(client, run_id, lambda view: step_of(view, "a")["status"] == "running")
    assert backends_of(shaky, run_id) == {"a": "warm", "b": None}
    shaky.kill()
    assert len(supervisors(shaky.data_dir)) == 1
    gate.touch()
    until(lambda: not supervisors(shaky.data_dir), "the step has ended on its own")
    shaky.up()
    with shaky.client() as client:
        view = wait_until_over(client, run_id)
        lines = client.get(f"/api/runs/{run_id}/steps/a/log", params={"limit": 1000}).json()["lines"]
    assert view["status"] == "succeeded"
    assert [line["text"] for line in lines] == [f"tick {n} of 200" for n in range(1, 201)]


@pytest.mark.parametrize("backend", BACKENDS)
def test_when_supervisor_and_server_die_the_attempt_is_lost_its_tree_ended_and_the_policy_decides(
    shaky: ServerProcess, tmp_path: Path, backend: str
) -> None:
    gate = tmp_path / "gate"
    steps = [
        ticker("once", 100_000, pause_s=1, backend=backend),
        ticker("again", 100, retries=1, gate=gate, language="shell", backend=backend),
    ]
    with shaky.client() as client:
        run_id = start_run(client, pipeline("Lost", steps, []))
        wait_for(client, run_id, lambda view: all(step["status"] == "running" for step in view["steps"]))
    assert backends_of(shaky, run_id) == {"once": backend, "again": backend}
    until(lambda: len(step_processes(shaky.data_dir)) >= 2 * len(steps), "each has its mlflow run and its program")
    shaky.kill()
    victims = supervisors(shaky.data_dir)
    assert len(victims) == len(steps)
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    gate.touch()
    shaky.up()
    with shaky.client() as client:
        view = wait_until_over(client, run_id)
        attempts = client.get(f"/api/runs/{run_id}/steps").json()["items"]
    assert view["status"] == "failed"
    assert step_of(view, "once")["status"] == "lost"
    assert [(one["attempt"], one["status"]) for one in attempts if one["id"] == "again"] == [
        (1, "lost"),
        (2, "succeeded"),
    ]
    until(lambda: not step_processes(shaky.data_dir), "nothing is left")
    statuses = {run.status for run in MlflowStore(shaky.data_dir / "mlflow.db").runs()}
    assert "RUNNING" not in statuses


def test_a_stopped_server_leaves_its_steps_running_and_finds_them_again(shaky: ServerProcess, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    steps = [ticker(backend, 200, gate=gate, backend=backend) for backend in BACKENDS]
    watcher = Watcher(shaky, pipeline("Upgrade", steps, []))
    watcher.start()
    until(lambda: len(watcher.lines) == len(steps), "all steps print")
    assert backends_of(shaky, watcher.run_id) == {backend: backend for backend in BACKENDS}
    before, said = supervisors(shaky.data_dir), len(shaky.output.read_text())
    shaky.terminate()
    assert shaky.wait(10) == 0
    assert supervisors(shaky.data_dir) == before
    assert len(before) == len(steps)
    assert "go on" in shaky.output.read_text()[said:]
    shaky.up()
    assert supervisors(shaky.data_dir) == before
    gate.touch()
    watcher.join(LIMIT_S)
    assert faults_found(shaky, [watcher]) == []
    assert watcher.events[-1]["kind"] == "run.succeeded"


def test_ten_cancels_at_once_are_one_and_leave_nothing(shaky: ServerProcess) -> None:
    with shaky.client() as client:
        run_id = start_run(
            client, pipeline("Cancelled", [ticker("a", 100_000, pause_s=1), ticker("b", 10)], [("a", "b")])
        )
        wait_for(client, run_id, lambda view: step_of(view, "a")["status"] == "running")
        codes: list[int] = []

        def cancel() -> None:
            codes.append(client.post(f"/api/runs/{run_id}/cancel").status_code)

        threads = [threading.Thread(target=cancel) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        view = wait_until_over(client, run_id)
        kinds = [event["kind"] for event in client.get(f"/api/runs/{run_id}/events").json()["items"]]
        late = client.post(f"/api/runs/{run_id}/cancel")
    assert set(codes) <= {202, 409}
    assert 202 in codes
    assert kinds.count("run.cancelling") == 1
    assert (view["status"], step_of(view, "b")["status"]) == ("cancelled", "cancelled")
    assert late.status_code == 409
    until(lambda: not step_processes(shaky.data_dir) + supervisors(shaky.data_dir), "nothing is left", 15)
    runs = MlflowStore(shaky.data_dir / "mlflow.db").runs()
    assert {run.status for run in runs if run.tags["octopus.run_id"] == run_id} == {"KILLED"}


@pytest.mark.parametrize("count", [20])
def test_one_idempotency_key_is_one_run_however_many_ask(shaky: ServerProcess, count: int) -> None:
    body = {"document": pipeline("Once", [ticker("a", 10)], [])}
    ids: list[str] = []
    with shaky.client() as client:

        def start() -> None:
            answer = client.post("/api/runs", json=body, headers={"Idempotency-Key": "once"})
            ids.append(answer.json()["id"])

        threads = [threading.Thread(target=start) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ids) == count
        assert len(set(ids)) == 1
        known = client.get("/api/runs", params={"limit": 200}).json()["items"]
        assert [run["id"] for run in known if run["name"] == "Once"] == ids[:1]
        client.post(f"/api/runs/{ids[0]}/cancel")
        wait_until_over(client, ids[0])


def test_a_second_signal_ends_the_server_at_once_and_a_stalled_one_holds_up_no_step(
    shaky: ServerProcess, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    with shaky.client() as client:
        run_id = start_run(client, pipeline("Stalled", [ticker("a", 2_000, gate=gate)], []))
        wait_for(client, run_id, lambda view: step_of(view, "a")["status"] == "running")
    os.kill(shaky.pid, signal.SIGSTOP)
    assert len(supervisors(shaky.data_dir)) == 1
    gate.touch()
    until(lambda: not supervisors(shaky.data_dir), "the step ended although nobody looked")
    os.kill(shaky.pid, signal.SIGCONT)
    with shaky.client() as client:
        assert wait_until_over(client, run_id)["status"] == "succeeded"
    shaky.terminate()
    shaky.terminate()
    shaky.wait(10)
