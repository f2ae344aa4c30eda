"""Folders with a foreign MLproject through the HTTP door: registered, in the palette, in the plan, forgotten."""

import json
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.api.world import ENDED, World, document, edge, pointers, problem_of

Json = dict[str, Any]

DATA_ENTRY = {
    "command": "cat {data} {source}",
    "parameters": {"data": "path", "source": {"type": "uri", "default": "https://example.com/a.csv"}},
}


def make(folder: Path, name: str, **entry_points: Json) -> Path:
    """`main` by default."""
    folder.mkdir(exist_ok=True)
    points = entry_points or {"main": {"command": "true"}}
    (folder / "MLproject").write_text(json.dumps({"name": name, "entry_points": points}))
    return folder


def add(world: World, folder: Path) -> Json:
    answer = world.post("/api/projects", {"path": str(folder)})
    assert answer.status_code == 201, answer.text
    added: Json = answer.json()
    return added


def palette(world: World) -> list[str]:
    return [one["id"] for one in world.client.get("/api/step-types").json()["items"]]


def problems(world: World, *parts: Json) -> list[tuple[str, str]]:
    answer = world.post("/api/validate", document(*parts))
    assert answer.status_code == 200, answer.text
    return [(one["code"], one["pointer"]) for one in answer.json()["problems"] if one["severity"] == "error"]


def step(step_id: str, kind: str, **params: Any) -> Json:
    return {"id": step_id, "type": kind, "params": params}


def argv_of(world: World, step_id: str, *parts: Json) -> list[str]:
    answer = world.post("/api/plan", {"document": document(*parts)})
    assert answer.status_code == 200, answer.text
    argv: list[str] = next(one["argv"] for one in answer.json()["steps"] if one["id"] == step_id)
    return argv


def given(argv: list[str], name: str) -> list[str]:
    """The values passed for the parameter `name`."""
    values = [word for flag, word in pairwise(argv) if flag == "-P"]
    return [value.partition("=")[2] for value in values if value.partition("=")[0] == name]


def test_a_registered_folder_is_listed_in_the_palette_and_forgotten(own_world: World, tmp_path: Path) -> None:
    alone = palette(own_world)
    added = add(own_world, make(tmp_path / "churn", "churn", fit={"command": "true"}, score={"command": "true"}))
    assert (added["name"], added["path"]) == ("churn", str(tmp_path / "churn"))
    assert [one["id"] for one in added["step_types"]] == ["churn/fit", "churn/score"]
    assert (added["unavailable"], added["problems"]) == (None, [])
    assert palette(own_world) == [*alone, "churn/fit", "churn/score"]
    assert own_world.client.get("/api/step-types/churn/fit").json() == added["step_types"][0]
    assert own_world.client.get("/api/projects").json() == {"items": [added], "next_cursor": None}

    assert own_world.client.delete(f"/api/projects/{added['id']}").status_code == 204
    problem_of(own_world.client.delete(f"/api/projects/{added['id']}"), 404)
    assert palette(own_world) == alone
    problem_of(own_world.client.get("/api/step-types/churn/fit"), 404)
    assert problems(own_world, step("a", "churn/fit")) == [("unknown_step_type", "/steps/0/type")]


def test_a_second_project_of_the_same_name_needs_replace_in_the_body_or_the_query(world: World, tmp_path: Path) -> None:
    first = add(world, make(tmp_path / "one", "twice"))
    other = make(tmp_path / "two", "twice", other={"command": "true"})
    problem = problem_of(world.post("/api/projects", {"path": str(other)}), 409)
    assert problem["code"] == "project_exists"
    replaced = world.post("/api/projects", {"path": str(other), "replace": True})
    assert replaced.status_code == 201
    assert (replaced.json()["id"], replaced.json()["step_types"][0]["id"]) == (first["id"], "twice/other")
    back = world.post("/api/projects?replace=true", {"path": str(tmp_path / "one")})
    assert back.json()["step_types"][0]["id"] == "twice/main"


def test_what_is_wrong_with_a_project_is_pinned_to_its_file_or_its_path(world: World, tmp_path: Path) -> None:
    broken = make(tmp_path / "broken", "broken", a={"command": 'echo "{x}"', "parameters": {"x": "string"}}, b={})
    problem = problem_of(world.post("/api/projects", {"path": str(broken)}), 422)
    assert problem["code"] == "invalid_project"
    assert [(one["code"], one["pointer"]) for one in problem["problems"]] == [
        ("unsafe_command", "/entry_points/a/command"),
        ("wrong_shape", "/entry_points/b/command"),
    ]
    (broken / "MLproject").write_text("name: [")
    problem = problem_of(world.post("/api/projects", {"path": str(broken)}), 422)
    assert "line 1" in problem["detail"] or "line 2" in problem["detail"]
    for path in ("relative/path", str(tmp_path / "nowhere"), "/etc/passwd", "/\ud800"):
        answer = world.client.post("/api/projects", content=json.dumps({"path": path}), headers=JSON)
        assert answer.status_code in (400, 422), path
    assert pointers(problem_of(world.post("/api/projects", {"path": "relative"}), 422)) == ["/path"]


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"path": 1},
        {"path": ""},
        {"path": "/x" * 3000},
        {"path": "/x", "git": "y"},
        {"path": "/x", "replace": 1},
        [],
    ],
)
def test_a_body_of_another_shape_is_refused(world: World, body: Any) -> None:
    problem_of(world.post("/api/projects", body), 422)


def test_a_path_parameter_is_a_port_or_a_field_and_is_passed_once(world: World, tmp_path: Path) -> None:
    folder = make(tmp_path / "both", "both", use=DATA_ENTRY, make={"command": "true"})
    add(world, folder)
    assert problems(world, step("use", "both/use")) == [("missing_parameter", "/steps/0/params/data")]

    argv = argv_of(world, "use", step("use", "both/use", data="in/a.csv"))
    assert given(argv, "data") == [f"{folder}/in/a.csv"]
    assert given(argv, "source") == ["https://example.com/a.csv"]
    assert argv[:5] == ["mlflow", "run", str(folder), "--entry-point", "use"]

    wired = (step("make", "both/make"), step("use", "both/use", data="in/a.csv"), edge("make.artifacts", "use.data"))
    assert given(argv_of(world, "use", *wired), "data") == ["<out:make.artifacts>"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("data", "/etc/passwd"),
        ("data", "../../x"),
        ("data", "file:///etc/passwd"),
        ("source", "file:///etc/passwd"),
        ("source", "http://169.254.169.254/latest"),
        ("source", "gopher://x"),
    ],
)
def test_a_path_or_address_out_of_bounds_is_refused_before_anything_runs(
    world: World, tmp_path: Path, name: str, value: str
) -> None:
    world.post("/api/projects?replace=true", {"path": str(make(tmp_path / "bounds", "bounds", use=DATA_ENTRY))})
    used = step("use", "bounds/use", **{"data": "a.csv", name: value})
    assert problems(world, used) == [("forbidden_place", f"/steps/0/params/{name}")]
    problem_of(world.post("/api/runs", {"document": document(used)}), 422)


def test_a_link_in_the_project_does_not_lead_out_of_it(world: World, tmp_path: Path) -> None:
    folder = make(tmp_path / "linked", "linked", use=DATA_ENTRY)
    add(world, folder)
    (folder / "etc").symlink_to("/etc")
    assert problems(world, step("use", "linked/use", data="etc/passwd")) == [
        ("forbidden_place", "/steps/0/params/data")
    ]


def test_a_uri_parameter_as_a_port_receives_a_file_address_since_mlflow_takes_nothing_else(
    world: World, tmp_path: Path
) -> None:
    add(world, make(tmp_path / "uris", "uris", use=DATA_ENTRY, make={"command": "true"}))
    run = world.run(
        document(step("make", "uris/make"), step("use", "uris/use", data="a.csv"), edge("make.artifacts", "use.source"))
    )
    assert run["status"] == "succeeded", run
    argv = next(spec.argv for spec in world.backend.started if spec.env["OCTOPUS_STEP_ID"] == "use")
    (source,) = given(list(argv), "source")
    assert source.startswith("file:///")


@pytest.mark.parametrize(
    ("value", "is_valid"), [(3, True), (3.0, False), ("3", False), (True, False), (None, False), (10, False)]
)
def test_declared_types_are_checked_strictly(world: World, tmp_path: Path, value: Any, is_valid: bool) -> None:
    count = {
        "command": "true",
        "parameters": {"n": {"type": "int", "default": 1}},
        "octopus": {"params": {"n": {"maximum": 9}}},
    }
    world.post("/api/projects?replace=true", {"path": str(make(tmp_path / "typed", "typed", main=count))})
    found = problems(world, step("a", "typed/main", n=value))
    assert found == ([] if is_valid else [("invalid_parameter", "/steps/0/params/n")])


def test_a_parameter_that_is_not_declared_is_refused(world: World, tmp_path: Path) -> None:
    add(world, make(tmp_path / "extra", "extra"))
    assert problems(world, step("a", "extra/main", more=1)) == [("unknown_parameter", "/steps/0/params/more")]


def test_an_edited_file_is_followed_and_a_folder_that_is_gone_is_named(world: World, tmp_path: Path) -> None:
    folder = make(tmp_path / "live", "live")
    add(world, folder)
    make(folder, "live", other={"command": "true"})
    assert problems(world, step("a", "live/other")) == []
    folder.rename(tmp_path / "away")
    answer = world.post("/api/validate", document(step("a", "live/other")))
    (problem,) = answer.json()["problems"]
    assert problem["code"] == "unknown_step_type"
    assert f"The folder {folder} is gone" in problem["message"]
    (listed,) = [one for one in world.client.get("/api/projects").json()["items"] if one["name"] == "live"]
    assert listed["unavailable"] == f"The folder {folder} is gone."
    problem_of(world.post("/api/plan", {"document": document(step("a", "live/other"))}), 422)


def run_again(world: World, pipeline: Json) -> str:
    """The status of its only step, which may be reused."""
    answer = world.post("/api/runs", {"document": pipeline})
    assert answer.status_code == 201, answer.text
    view = world.wait_for(answer.json()["id"], lambda view: view["status"] in ENDED)
    assert view["status"] == "succeeded", view
    return str(view["steps"][0]["status"])


def test_a_result_is_reused_until_the_projects_files_or_its_environment_change(world: World, tmp_path: Path) -> None:
    folder = make(
        tmp_path / "again", "again", main={"command": "sh run.sh", "octopus": {"outputs": [{"name": "data"}]}}
    )
    (folder / "run.sh").write_text("echo 1\n")
    add(world, folder)
    pipeline = document(step("a", "again/main"), name="Again")

    def status() -> str:
        return run_again(world, pipeline)

    assert [status(), status()] == ["succeeded", "reused"]
    os.utime(folder / "run.sh")
    assert status() == "reused"
    (folder / "run.sh").write_text("echo 2\n")
    assert [status(), status()] == ["succeeded", "reused"]
    (folder / "requirements.txt").write_text("numpy\n")
    assert [status(), status()] == ["succeeded", "reused"]


@pytest.mark.parametrize("kept", ["pure", "reuse"])
def test_a_step_that_is_not_to_be_reused_says_so(world: World, tmp_path: Path, kept: str) -> None:
    section = {"outputs": [{"name": "data"}], kept: False}
    folder = make(tmp_path / f"not-{kept}", f"not-{kept}", main={"command": "true", "octopus": section})
    added = add(world, folder)
    assert added["step_types"][0][kept] is False
    pipeline = document(step("a", f"not-{kept}/main"), name=f"Not {kept}")
    statuses = [run_again(world, pipeline) for _ in range(2)]
    assert statuses == ["succeeded", "reused" if kept == "pure" else "succeeded"]


def test_a_value_in_a_uri_field_is_never_taken_for_the_same_data(world: World, tmp_path: Path) -> None:
    entry_point = {"command": "true {source}", "parameters": {"source": "uri"}}
    add(world, make(tmp_path / "far", "far", main=entry_point))
    pipeline = document(step("a", "far/main", source="https://example.com/a.csv"), name="Far")
    assert [run_again(world, pipeline) for _ in range(2)] == ["succeeded", "succeeded"]


def test_a_changed_data_file_is_noticed(world: World, tmp_path: Path) -> None:
    folder = make(tmp_path / "near", "near", main={"command": "true {data}", "parameters": {"data": "path"}})
    (folder / "in.csv").write_text("1")
    add(world, folder)
    pipeline = document(step("a", "near/main", data="in.csv"), name="Near")
    seen = [run_again(world, pipeline) for _ in range(2)]
    (folder / "in.csv").write_text("2")
    seen.append(run_again(world, pipeline))
    assert seen == ["succeeded", "reused", "succeeded"]


def test_the_plan_says_what_builds_a_steps_environment(world: World, tmp_path: Path) -> None:
    section = {"command": "true", "octopus": {"env_manager": "local"}}
    folder = make(tmp_path / "own", "own", main={"command": "true"}, here=section)
    (folder / "python_env.yaml").write_text("dependencies: []\n")
    added = add(world, folder)
    found = [(one["severity"], one["code"], one["pointer"]) for one in added["problems"]]
    assert found == [("warning", "environment_not_built", "/entry_points/here/octopus/env_manager")]
    steps = [step("a", "own/main"), step("b", "own/here")]
    managers = [argv_of(world, name, *steps) for name in ("a", "b")]
    assert [argv[argv.index("--env-manager") + 1] for argv in managers] == ["uv", "local"]
    exported = world.post("/api/export", {"document": document(*steps), "to": "bash"}).text
    assert "--entry-point main --env-manager uv" in exported
    assert "--entry-point here --env-manager local" in exported
