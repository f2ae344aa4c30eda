"""The whole application in this process: real store, stream, engine and door; MLflow and processes are fakes."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from fastapi import FastAPI
from starlette.testclient import TestClient

from octopus.api.app import create_app
from octopus.bootstrap.container import Container, Substitutes, build_container
from octopus.bootstrap.settings import Settings
from octopus.execution.backends.protocol import AttemptSpec
from tests.fakes.instant_backend import Act, InstantBackend
from tests.fakes.tracking import InMemoryTracking

TOKEN = "in-process-token-0123456789"
PORT = 8000
BASE_URL = f"http://127.0.0.1:{PORT}"
ENDED = {"succeeded", "failed", "cancelled"}
Json = dict[str, Any]


class StillTracking(InMemoryTracking):
    """There from the beginning, without a worker process."""

    @property
    def state(self) -> Literal["off", "starting", "ready"]:
        return "ready"

    async def wait_until_ready(self) -> None:
        pass

    async def start(self) -> None:
        """Nothing to start."""

    async def stop(self) -> None:
        """Nothing to stop."""


@dataclass
class World:
    """`acts`: what the step of that id (`split`), or that attempt of it (`split.1.2`), does; others succeed at once.
    `client` sends the token, `stranger` does not."""

    app: FastAPI
    container: Container
    client: TestClient
    stranger: TestClient
    tracking: StillTracking
    backend: InstantBackend
    acts: dict[str, Act] = field(default_factory=dict)

    def post(self, path: str, body: object, **more: Any) -> Any:
        return self.client.post(path, json=body, **more)

    def save(self, document: Json) -> Json:
        answer = self.post("/api/pipelines", {"document": document})
        assert answer.status_code == 201, answer.text
        saved: Json = answer.json()
        return saved

    def run(self, document: Json, **asked: object) -> Json:
        """The view of the ended run, in which every step was executed."""
        answer = self.post("/api/runs", {"document": document, "force": True, **asked})
        assert answer.status_code == 201, answer.text
        return self.wait_for(answer.json()["id"], lambda view: view["status"] in ENDED)

    def wait_for(self, run_id: str, condition: Callable[[Json], bool]) -> Json:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            view: Json = self.client.get(f"/api/runs/{run_id}").json()
            if condition(view):
                return view
            time.sleep(0.01)
        raise AssertionError(f"still {view}")


@contextmanager
def open_world(folder: Path, **settings: Any) -> Iterator[World]:
    """`folder` is where its data directory is made."""
    acts: dict[str, Act] = {}

    def act(spec: AttemptSpec) -> Act:
        attempt = ".".join(spec.env[f"OCTOPUS_{name}"] for name in ("STEP_ID", "ITERATION", "ATTEMPT"))
        usual = Act(stdout=("hello", "world"), outputs={"data.csv": "a,b\n1,2\n"})
        return acts.get(attempt) or acts.get(spec.env["OCTOPUS_STEP_ID"]) or usual

    tracking, backend = StillTracking(folder / "artifacts"), InstantBackend(act)
    values = {"data_dir": folder / "data", "token": TOKEN, "port": PORT, "cancel_grace_s": 1.0, **settings}
    container = build_container(Settings(**values), Substitutes(tracking=tracking, backend=backend))
    app = create_app(container)
    with TestClient(app, base_url=BASE_URL, headers={"Authorization": f"Bearer {TOKEN}"}) as client:
        stranger = TestClient(app, base_url=BASE_URL)
        yield World(app, container, client, stranger, tracking, backend, acts)


def step(step_id: str, kind: str = "ingest", **more: Any) -> Json:
    params: Json = {"bundled": "iris"} if kind == "ingest" else {}
    return {"id": step_id, "type": kind, "params": params, **more}


def edge(source: str, target: str, **more: Any) -> Json:
    """`edge("load.data", "split.data")`."""
    (a, b), (c, d) = source.split("."), target.split(".")
    return {"source": a, "source_port": b, "target": c, "target_port": d, **more}


def document(*parts: Json, name: str = "Test", **more: Any) -> Json:
    """Steps and edges in any order."""
    steps = [part for part in parts if "type" in part]
    edges = [part for part in parts if "source" in part]
    return {"schema_version": 1, "name": name, "steps": steps, "edges": edges, **more}


def problem_of(answer: Any, status: int) -> Json:
    """The problem in an answer, checked for what every problem has."""
    assert answer.status_code == status, (answer.status_code, answer.text[:2000])
    assert answer.headers["content-type"] == "application/problem+json"
    problem: Json = json.loads(answer.content)
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["type"] == f"urn:octopus:problem:{problem['code']}"
    return problem


def pointers(problem: Json) -> list[str]:
    return [one["pointer"] for one in problem["problems"]]
