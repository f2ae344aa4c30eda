"""The command line in this process, and a server for it to talk to whose MLflow and processes are fakes."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

import httpx
import uvicorn
from typer.testing import CliRunner, Result

from octopus.api.app import create_app
from octopus.bootstrap.container import Container, Substitutes, build_container
from octopus.bootstrap.settings import Settings
from octopus.cli.main import build_cli
from octopus.execution.backends.protocol import AttemptSpec
from tests.api.world import TOKEN, StillTracking
from tests.fakes.instant_backend import Act, InstantBackend
from tests.support.waiting import until

Json = dict[str, Any]
WIDE = {"NO_COLOR": "1", "COLUMNS": "300", "TERM": "dumb", "OCTOPUS_TOKEN": TOKEN}


def _no_server(*_settings: object, **_more: object) -> None:
    raise AssertionError("a command started a server in this process")


def type_in(*words: str, charset: str = "utf-8", **env: str) -> Result:
    """What `octopus <words>` does in this process. Its exceptions are the test's. `charset`: the terminal's."""
    return CliRunner(charset=charset).invoke(
        build_cli(_no_server), list(words), env={**WIDE, **env}, catch_exceptions=False, prog_name="octopus"
    )


@dataclass
class House:
    """A server at `url` and its data directory. `acts`: what the step of that id does; others succeed at once."""

    url: str
    container: Container
    backend: InstantBackend
    acts: dict[str, Act] = field(default_factory=dict)

    @property
    def data_dir(self) -> Path:
        return self.container.settings.data_dir

    def type_in(self, *words: str, charset: str = "utf-8", **env: str) -> Result:
        """A command that talks to this server."""
        return type_in(*words, charset=charset, OCTOPUS_SERVER=self.url, OCTOPUS_DATA_DIR=str(self.data_dir), **env)

    def call(self, method: str, path: str, **options: Any) -> Any:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answer = httpx.request(method, f"{self.url}/api{path}", headers=headers, timeout=30, **options)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


@contextmanager
def open_house(folder: Path, **settings: Any) -> Iterator[House]:
    """`folder` is where its data directory is made."""
    acts: dict[str, Act] = {}

    def act(spec: AttemptSpec) -> Act:
        return acts.get(spec.env["OCTOPUS_STEP_ID"]) or Act(stdout=("hello",), outputs={"data.csv": "a,b\n1,2\n"})

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        backend = InstantBackend(act)
        values = {"data_dir": folder / "data", "token": TOKEN, "port": port, "cancel_grace_s": 1.0, **settings}
        fakes = Substitutes(tracking=StillTracking(folder / "artifacts"), backend=backend)
        container = build_container(Settings(**values), fakes)
        house = House(f"http://127.0.0.1:{port}", container, backend, acts)
        config = uvicorn.Config(
            create_app(container), log_config=None, access_log=False, lifespan="on", timeout_graceful_shutdown=1
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            until(lambda: server.started or not thread.is_alive(), "the server is up")
            container.data_directory.announce(house.url)
            yield house
        finally:
            server.should_exit = True
            thread.join(20)


def drawing(folder: Path, name: str, *step_ids: str, kind: str = "ingest", **more: object) -> str:
    """Path of a pipeline's file, of steps that do not know one another and do what no other pipeline's do."""
    steps = [
        {"id": one, "type": kind, "params": {"bundled": "iris", "limit": 1 + crc32(f"{name} {one}".encode())}}
        for one in step_ids
    ]
    file = folder / f"{name}.json"
    document = {"schema_version": 1, "name": name, "steps": steps, **more}
    file.write_text(json.dumps(document), encoding="utf-8")
    return str(file)
