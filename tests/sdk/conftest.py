"""A data directory whose runs take place in this process, with fakes in the place of MLflow and of processes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from octopus import Client, Pipeline, Run
from octopus.bootstrap.container import Substitutes
from octopus.execution.backends.protocol import AttemptSpec
from octopus.sdk import here as here_module
from octopus.sdk.here import Here
from tests.api.world import StillTracking
from tests.fakes.instant_backend import Act, InstantBackend
from tests.support.server import TOKEN, ServerProcess

TABLE = {"data.csv": "a,b\n1,2\n3,4\n"}


@dataclass
class Place:
    """`acts`: what the step of that id does; others print two lines and emit the same little table at every port."""

    data_dir: Path
    here: Here
    backend: InstantBackend
    acts: dict[str, Act] = field(default_factory=dict)

    def start(self, pipeline: Pipeline) -> Run:
        return pipeline.start(data_dir=self.data_dir, force=True)

    def run(self, pipeline: Pipeline, **more: bool) -> Run:
        return pipeline.run(data_dir=self.data_dir, force=True, **more)  # type: ignore[arg-type]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    acts: dict[str, Act] = {}

    def act(spec: AttemptSpec) -> Act:
        usual = Act(stdout=("hello", "world"), outputs={**TABLE, "train.csv": TABLE["data.csv"]})
        return acts.get(spec.env["OCTOPUS_STEP_ID"], usual)

    backend = InstantBackend(act)
    substitutes = Substitutes(tracking=StillTracking(tmp_path / "artifacts"), backend=backend)
    found = Here(tmp_path / "data", substitutes)
    monkeypatch.setitem(here_module._HERE, found.data_dir, found)
    yield Place(found.data_dir, found, backend, acts)
    found.portal.call(found.close())
    found.portal.close()


@pytest.fixture(scope="module")
def octopus_client(server: ServerProcess) -> Iterator[Client]:
    with Client(server.url, TOKEN) as client:
        yield client


@pytest.fixture
def loading() -> Pipeline:
    """Two steps: load and split."""
    pipeline = Pipeline("Loading")
    load = pipeline.step("ingest", "load", bundled="iris", limit=pipeline.parameter("rows", 50))
    pipeline.step("split", data=load)
    return pipeline
