"""A real server, spoken to from Python."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from octopus import (
    AccessRefused,
    AsyncClient,
    Client,
    InvalidDocument,
    NotFound,
    Pipeline,
    PipelineHasProblems,
    Run,
    ServerUnreachable,
    StaleVersion,
)
from octopus.sdk.here import here
from octopus.sdk.servers import TOKEN_VARIABLE
from tests.support.server import TOKEN, ServerProcess


@pytest.fixture
def saved(octopus_client: Client) -> Iterator[Any]:
    record = octopus_client.create_pipeline(template="iris_hello", name="From Python")
    yield record
    newest = octopus_client.get_pipeline(record.id)
    octopus_client.delete_pipeline(record.id, version=newest.version)


def test_a_pipeline_is_made_changed_and_found_again(octopus_client: Client, saved: Any) -> None:
    p = octopus_client.load_pipeline(saved.id)
    assert p.document == saved.document
    p.step("ingest", "more")
    newer = octopus_client.save_pipeline(saved.id, p, version=saved.version, message="More")
    assert (newer.version, newer.document) == (2, p.document)
    with pytest.raises(StaleVersion):
        octopus_client.save_pipeline(saved.id, p, version=1)
    assert [one.version for one in octopus_client.pipeline_versions(saved.id)] == [2, 1]
    assert octopus_client.get_pipeline(saved.id, version=1).document == saved.document
    assert octopus_client.restore_pipeline(saved.id, 1).document == saved.document
    assert saved.id in [one.id for one in octopus_client.pipelines("from python")]
    copy = octopus_client.duplicate_pipeline(saved.id)
    assert copy.document.steps == saved.document.steps
    octopus_client.delete_pipeline(copy.id, version=copy.version)
    with pytest.raises(NotFound):
        octopus_client.get_pipeline(copy.id)


def test_the_server_says_what_it_offers(octopus_client: Client) -> None:
    assert octopus_client.health().version
    assert "train" in [one.id for one in octopus_client.step_types()]
    assert next(one.id for one in octopus_client.templates()) == "iris_hello"
    assert octopus_client.projects() == ()


def test_problems_and_plans_are_the_server_s(octopus_client: Client, loading: Pipeline) -> None:
    assert octopus_client.validate(loading) == loading.validate() == ()
    plan = octopus_client.plan(loading, parameters={"rows": 9}, to="load")
    assert [step.id for step in plan.steps] == ["load"]
    assert "limit=9" in plan.steps[0].argv
    loading["split"].set(method="magic")
    assert [one.pointer for one in octopus_client.validate(loading)] == ["/steps/1/params/method"]
    with pytest.raises(PipelineHasProblems) as refused:
        loading.plan(client=octopus_client)
    assert [one.pointer for one in refused.value.problems] == ["/steps/1/params/method"]
    with pytest.raises(InvalidDocument) as faulty:
        octopus_client.validate({"schema_version": 1, "name": "x", "nonsense": True})
    assert [one.pointer for one in faulty.value.problems] == ["/nonsense"]


def test_files_are_uploaded(octopus_client: Client, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("a,b\n1,2\n")
    found = octopus_client.upload_dataset(tmp_path / "people.csv")
    assert (found.name, found.size_bytes) == ("people.csv", 8)
    assert found in octopus_client.datasets()
    octopus_client.delete_dataset(found.id)
    assert found not in octopus_client.datasets()


def test_a_finished_run_is_followed_and_its_artifacts_become_values(
    octopus_client: Client, finished_run: dict[str, Any]
) -> None:
    run = octopus_client.get_run(finished_run["id"])
    assert isinstance(run, Run)
    assert run.id in [one.id for one in octopus_client.runs(status="succeeded")]
    events = list(run.events())
    assert (events[0].kind, events[-1].kind) == ("run.queued", "run.succeeded")
    assert run.wait().id == run.id
    test = run.get_artifact("test_data")
    model = run.get_artifact("model")
    assert len(model.predict(test.drop(columns="target"))) == len(test)
    judge = next(step.id for step in run.view().steps if step.id.startswith("evaluate"))
    assert run.get_artifact(judge, "metrics")["accuracy"] == run.metrics(judge)["accuracy"]
    assert "rows" in run.log(run.view().steps[0].id)


def test_an_async_program_says_the_same_with_await(server: ServerProcess, finished_run: dict[str, Any]) -> None:
    async def program() -> tuple[str, list[str]]:
        async with AsyncClient(server.url, TOKEN) as client:
            run = await client.get_run(finished_run["id"])
            return await run.status(), [event.kind async for event in run.events(after=1)]

    status, kinds = asyncio.run(program())
    assert status == "succeeded"
    assert (kinds[0], kinds[-1]) == ("run.started", "run.succeeded")


def test_the_server_that_uses_a_data_directory_is_found_and_used(
    server: ServerProcess, loading: Pipeline, finished_run: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    with Client(data_dir=server.data_dir) as client:
        assert client.url == server.url
    assert [step.id for step in loading.plan(data_dir=server.data_dir).steps] == ["load", "split"]
    used = here(server.data_dir)
    assert used._container is None
    run = Run.find(finished_run["id"], server.data_dir)
    assert run.get_path("test_data").suffix == ".parquet"
    used.portal.call(used.close())
    used.portal.close()


def test_who_is_not_let_in_and_who_is_not_there_is_told_so(
    server: ServerProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(TOKEN_VARIABLE, raising=False)
    with Client(server.url, "wrong-token-0123456789") as client, pytest.raises(AccessRefused):
        client.step_types()
    with Client("http://127.0.0.1:9", TOKEN) as client, pytest.raises(ServerUnreachable, match="http://127"):
        client.health()
    with pytest.raises(ServerUnreachable, match="No server uses"):
        Client(data_dir=tmp_path)
    with pytest.raises(AccessRefused, match=TOKEN_VARIABLE):
        Client("http://octopus.example")


def test_a_port_is_downloaded_as_it_is_or_packed(client: httpx.Client, finished_run: dict[str, Any]) -> None:
    def address(step: str, port: str) -> str:
        return f"/api/runs/{finished_run['id']}/steps/{step}/ports/{port}/download"

    kinds = {step["type"]: step["id"] for step in finished_run["document"]["steps"]}
    table = client.get(address(kinds["split"], "train"))
    assert (table.headers["content-type"], table.headers["x-octopus-name"]) == (
        "application/octet-stream",
        "train.parquet",
    )
    assert table.content[:4] == b"PAR1"
    model = client.get(address(kinds["train"], "model"))
    assert (model.headers["content-type"], model.headers["x-octopus-name"]) == ("application/zip", "model")
    assert client.get(address(kinds["split"], "nosuch")).status_code == 404
