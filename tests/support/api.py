"""The REST API as tests speak it: start a run, wait for its end."""

import time
from typing import Any

import httpx

RUN_LIMIT_S = 280.0
"""A run of four cold steps on a busy machine with two cores; waiting ends as soon as the run does."""
ENDED = {"succeeded", "failed", "cancelled"}


def start_run(
    client: httpx.Client, document: dict[str, Any], *, force: bool = False, backend: str | None = None
) -> str:
    """Id of a new run of `document`. `force`: every step is executed, whatever results there are. `backend` None:
    whichever the server takes."""
    answer = client.post("/api/runs", json={"document": document, "force": force, "backend": backend})
    assert answer.status_code == 201, answer.text
    run_id: str = answer.json()["id"]
    return run_id


def wait_for(client: httpx.Client, run_id: str, condition: Any, timeout_s: float = RUN_LIMIT_S) -> dict[str, Any]:
    """The first RunView of the run for which `condition(view)` holds."""
    deadline = time.monotonic() + timeout_s
    while True:
        answer = client.get(f"/api/runs/{run_id}")
        assert answer.status_code == 200, answer.text
        view: dict[str, Any] = answer.json()
        if condition(view):
            return view
        assert time.monotonic() < deadline, f"still waiting after {timeout_s} s: {view['status']} {view['steps']}"
        time.sleep(0.1)


def wait_until_over(client: httpx.Client, run_id: str, timeout_s: float = RUN_LIMIT_S) -> dict[str, Any]:
    """The RunView of the ended run."""
    return wait_for(client, run_id, lambda view: view["status"] in ENDED, timeout_s)


def step_of(view: dict[str, Any], step_id: str) -> dict[str, Any]:
    """The view of one step of a run."""
    found: dict[str, Any] = next(step for step in view["steps"] if step["id"] == step_id)
    return found
