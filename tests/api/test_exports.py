"""Exports over HTTP: a file to download, named after the pipeline; nothing is stored and nothing starts."""

import io
import zipfile

import pytest
import yaml

from tests.api.world import World, document, edge, problem_of, step

IRIS = document(step("load"), step("split", "split"), edge("load.data", "split.data"), name="Iris: the 1st!")


@pytest.mark.parametrize(
    ("to", "filename", "first"),
    [
        ("python", "iris_the_1st.py", "#!/usr/bin/env python3\n# Iris: the 1st!\n"),
        ("bash", "iris_the_1st.sh", "#!/usr/bin/env bash\n# Iris: the 1st!\n"),
        ("airflow", "iris_the_1st.py", "# Iris: the 1st!\n"),
        ("kfp", "iris_the_1st.yaml", "# Iris: the 1st!\n"),
    ],
)
def test_an_export_is_a_text_file_named_after_the_pipeline(world: World, to: str, filename: str, first: str) -> None:
    answer = world.post("/api/export", {"document": IRIS, "to": to})
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{filename}"'
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.text.startswith(first)
    assert world.backend.started == []


def test_a_saved_pipeline_is_exported_with_the_values_asked_for(world: World) -> None:
    one = {**step("load"), "params": {"bundled": "${params.name}", "limit": 10}}
    saved = world.save(
        {
            **document(one, name="Named"),
            "parameters": {"name": {"type": "string", "default": "iris"}},
            "profiles": {"other": {"name": "wine"}},
        }
    )

    def exported(**more: object) -> str:
        text: str = world.post("/api/export", {"pipeline_id": saved["id"], "to": "bash", **more}).text
        return text

    assert "-P bundled=iris" in exported()
    assert "-P bundled=wine" in exported(profile="other")
    assert "-P bundled=diabetes" in exported(profile="other", parameters={"name": "diabetes"})


def test_an_archive_holds_the_projects_beside_the_export(world: World) -> None:
    answer = world.post("/api/export", {"document": IRIS, "to": "kfp", "vendor": True, "image": "me/steps:1"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="iris_the_1st.zip"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        names = packed.namelist()
        pipeline = yaml.safe_load(packed.read("iris_the_1st/iris_the_1st.yaml"))
    inside = "iris_the_1st/projects/octopus"
    assert {f"{inside}/MLproject", f"{inside}/octopus/steps/library/split.py", "iris_the_1st/Dockerfile"} <= set(names)
    assert f"{inside}/octopus/cli/main.py" not in names
    assert [one["container"]["image"] for one in pipeline["deploymentSpec"]["executors"].values()] == ["me/steps:1"]


def test_what_cannot_be_exported_is_a_problem_with_its_reason(world: World) -> None:
    limited = {**IRIS, "settings": {"timeout_s": 5}}
    problem = problem_of(world.post("/api/export", {"document": limited, "to": "kfp"}), 422)
    assert (problem["code"], problem["problems"][0]["pointer"]) == ("cannot_be_exported", "/settings/timeout_s")


@pytest.mark.parametrize(
    "body",
    [
        {"document": IRIS, "to": "luigi"},
        {"document": IRIS},
        {"to": "bash"},
        {"document": IRIS, "pipeline_id": "x", "to": "bash"},
        {"document": IRIS, "to": "kfp", "image": "x\ny"},
        {"document": {**IRIS, "steps": [step("load", "nothing")], "edges": []}, "to": "bash"},
    ],
)
def test_a_wrong_request_is_refused(world: World, body: object) -> None:
    problem_of(world.post("/api/export", body), 422)
