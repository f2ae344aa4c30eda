"""The description of the API: complete, deterministic, made without a server."""

import json
import subprocess
import sys
from pathlib import Path

from tests.api.world import Json, World


def printed(**options: object) -> str:
    command = [sys.executable, "-m", "octopus.api.openapi"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, **options)  # type: ignore[call-overload]
    text: str = done.stdout
    return text


def test_it_is_printed_the_same_every_time_and_leaves_nothing_behind(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "1"}
    first = printed(env=env, cwd=tmp_path)
    assert first == printed(env={**env, "PYTHONHASHSEED": "2"}, cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert json.loads(first)["openapi"].startswith("3.1")


def test_the_server_answers_the_same_description(world: World) -> None:
    assert world.client.get("/openapi.json").json() == json.loads(printed())


def operations(description: Json) -> dict[str, Json]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    }


def test_every_call_has_a_readable_id_a_sentence_and_its_problems(world: World) -> None:
    found = operations(world.client.get("/openapi.json").json())
    ids = [one["operationId"] for one in found.values()]
    assert len(set(ids)) == len(ids)
    assert {"start_run", "save_pipeline", "list_events", "get_step_log"} <= set(ids)
    for name, one in found.items():
        assert one["description"], name
        for status, answer in one["responses"].items():
            if status >= "400" and not (name.endswith("/health") and status == "503"):
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_events_and_log_batches_are_typed(world: World) -> None:
    description = world.client.get("/openapi.json").json()
    schemas = description["components"]["schemas"]
    mapping = schemas["EventList"]["properties"]["items"]["items"]["discriminator"]["mapping"]
    assert {"run.queued", "step.succeeded", "edge.dead"} <= set(mapping)
    assert "lines" in schemas["LogBatch"]["properties"]
    assert "ProblemDetails" in schemas


def test_a_document_may_be_sent_with_less_than_is_answered(world: World) -> None:
    schemas = world.client.get("/openapi.json").json()["components"]["schemas"]
    assert "id" in schemas["Edge"]["required"]
    assert "id" not in schemas["EdgeInput"]["required"]
    assert set(schemas["PipelineDocumentInput"]["required"]) == {"schema_version", "name"}


def test_only_health_needs_no_token(world: World) -> None:
    description = world.client.get("/openapi.json").json()
    assert description["security"] == [{"token": []}]
    free = [name for name, one in operations(description).items() if one.get("security") == []]
    assert free == ["GET /api/health"]


def test_the_docs_need_nothing_from_elsewhere(world: World) -> None:
    page = world.client.get("/docs").text
    assert "http" not in page.replace("<html", "")
    for asset in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert f"/docs/{asset}" in page
        assert world.client.get(f"/docs/{asset}").status_code == 200
