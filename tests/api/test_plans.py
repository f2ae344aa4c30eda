"""Whether a drawing can run, and what exactly would run; nothing is stored and nothing starts."""

import pytest

from tests.api.world import Json, World, document, edge, problem_of, step

IRIS = document(step("load"), step("split", "split"), edge("load.data", "split.data"), name="Iris")


def test_a_good_drawing_has_no_problems(world: World) -> None:
    assert world.post("/api/validate", IRIS).json() == {"problems": [], "ports": {}}


def test_the_ports_of_a_function_are_told_and_so_are_the_mistakes_in_it(world: World) -> None:
    code = "def run(table: 'pd.DataFrame', limit: int = 5): ..."
    drawing = document(
        step("own", "python", params={"code": code}), step("bad", "python", params={"code": "def run(:"})
    )
    answer = world.post("/api/validate", drawing).json()
    table = {"name": "table", "type": "dataset", "required": True, "many": False, "doc": ""}
    assert answer["ports"]["own"]["inputs"] == [table]
    assert [port["name"] for port in answer["ports"]["own"]["outputs"]] == ["output"]
    assert answer["ports"]["own"]["arguments"]["properties"] == {"limit": {"type": "integer", "default": 5}}
    assert (answer["ports"]["own"]["is_known"], answer["ports"]["bad"]["is_known"]) == (True, False)
    (fault,) = (one for one in answer["problems"] if one["code"] == "invalid_code")
    assert (fault["step_id"], fault["pointer"]) == ("bad", "/steps/1/params/code")


def test_the_plan_shows_the_exact_command_of_every_step(world: World) -> None:
    plan = world.post("/api/plan", {"document": IRIS}).json()
    assert [one["id"] for one in plan["steps"]] == ["load", "split"]
    load, split = plan["steps"]
    assert load["argv"][:2] == ["mlflow", "run"]
    assert "bundled=iris" in load["argv"]
    assert "data=<out:load.data>" in split["argv"]
    assert split["depends_on"] == ["load"]
    assert world.backend.started == []


def test_a_saved_pipeline_has_the_same_plan(world: World) -> None:
    saved = world.save(IRIS)
    assert (
        world.post("/api/plan", {"pipeline_id": saved["id"]}).json()
        == world.post("/api/plan", {"document": IRIS}).json()
    )
    problem_of(world.post("/api/plan", {"pipeline_id": "gone"}), 404)


@pytest.mark.parametrize("path", ["/api/plan", "/api/runs"])
@pytest.mark.parametrize("body", [{}, {"document": IRIS, "pipeline_id": "x"}])
def test_exactly_one_origin_is_needed(world: World, path: str, body: Json) -> None:
    problem_of(world.post(path, body), 422)


def test_the_defaults_may_be_said(world: World) -> None:
    neutral = {"parameters": {}, "profile": None, "scope": {"mode": "all"}, "force": False, "backend": "cold"}
    assert world.post("/api/runs", {"document": IRIS, **neutral}).status_code == 201


def test_the_schema_describes_what_is_accepted(world: World) -> None:
    from jsonschema import Draft202012Validator

    schema = world.client.get("/api/schema/pipeline").json()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert validator.is_valid(IRIS)
    assert validator.is_valid({"schema_version": 1, "name": "x"})
    assert not validator.is_valid({"schema_version": 1})
    assert not validator.is_valid({**IRIS, "surplus": 1})


def test_the_palette_can_be_read_as_a_whole_and_one_by_one(world: World) -> None:
    found = world.client.get("/api/step-types").json()["items"]
    assert {"ingest", "split", "train", "evaluate"} <= {one["id"] for one in found}
    assert world.client.get("/api/step-types/split").json() in found
    for unknown in ("nothing", "project/entry", "a/b/c"):
        problem_of(world.client.get(f"/api/step-types/{unknown}"), 404)
