"""Saved pipelines: nothing saved is changed on the way, nothing saved is lost."""

import pytest

from tests.api.world import Json, World, document, edge, pointers, problem_of, step

IRIS = document(step("load"), step("split", "split"), edge("load.data", "split.data"), name="Iris")


def test_a_saved_document_comes_back_normalised_and_stays_so(world: World) -> None:
    saved = world.save(IRIS)
    assert saved["name"] == "Iris"
    assert saved["version"] == 1
    again = world.client.get(f"/api/pipelines/{saved['id']}")
    assert again.json() == saved
    assert again.json()["document"]["edges"][0]["id"] == "e1"
    twice = world.save(saved["document"])
    assert twice["document"] == saved["document"]


def test_a_template_becomes_a_pipeline(world: World) -> None:
    first = world.client.get("/api/templates").json()["items"][0]
    assert len(first["document"]["steps"]) >= 3
    made = world.post("/api/pipelines", {"template": first["id"], "name": "Mine"})
    assert made.status_code == 201
    assert made.json()["document"] == {**first["document"], "name": "Mine"}
    problem_of(world.post("/api/pipelines", {"template": "no such"}), 404)


@pytest.mark.parametrize("body", [{}, {"document": IRIS, "template": "iris_hello"}])
def test_a_new_pipeline_needs_exactly_one_origin(world: World, body: Json) -> None:
    assert problem_of(world.post("/api/pipelines", body), 422)["code"] == "invalid_request"


def test_what_cannot_run_can_be_saved(world: World) -> None:
    loop = document(
        step("a", "split"),
        step("b", "nonsense"),
        edge("a.train", "b.data"),
        edge("b.data", "a.data"),
        name="Unfinished",
    )
    saved = world.save(loop)
    found = world.post("/api/validate", saved["document"]).json()["problems"]
    assert {"cycle", "unknown_step_type"} <= {one["code"] for one in found}
    assert {one["code"] for one in problem_of(world.post("/api/plan", {"document": loop}), 422)["problems"]} == {
        one["code"] for one in found
    }
    problem_of(world.post("/api/runs", {"pipeline_id": saved["id"]}), 422)


def test_a_document_of_the_wrong_shape_is_refused_with_its_place_and_not_stored(own_world: World) -> None:
    broken = document(step("a"), step("a"), edge("a.data", "gone.data"))
    problem = problem_of(own_world.post("/api/pipelines", {"document": broken}), 422)
    assert "/steps/1/id" in pointers(problem)
    assert "/edges/0/target" in pointers(problem)
    assert own_world.client.get("/api/pipelines").json() == {"items": [], "next_cursor": None}


def test_of_two_saves_with_one_etag_one_wins(world: World) -> None:
    saved = world.save(IRIS)
    path, tag = f"/api/pipelines/{saved['id']}", {"If-Match": '"1"'}
    first = world.client.put(path, json={"document": IRIS, "message": "mine"}, headers=tag)
    assert first.status_code == 200
    assert first.headers["etag"] == '"2"'
    second = world.client.put(path, json={"document": {**IRIS, "name": "Other"}}, headers=tag)
    assert "version 2" in problem_of(second, 412)["detail"]
    assert world.client.get(path).json() == first.json()


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_change_needs_if_match(world: World, method: str) -> None:
    path = f"/api/pipelines/{world.save(IRIS)['id']}"
    body = {"document": IRIS} if method == "PUT" else None
    assert problem_of(world.client.request(method, path, json=body), 428)["code"] == "version_required"
    problem_of(world.client.request(method, path, json=body, headers={"If-Match": '"nonsense"'}), 412)
    assert world.client.get(path).headers["etag"] == '"1"'


def test_a_deleted_pipeline_is_gone(world: World) -> None:
    path = f"/api/pipelines/{world.save(IRIS)['id']}"
    assert world.client.delete(path, headers={"If-Match": '"1"'}).status_code == 204
    problem_of(world.client.get(path), 404)
    problem_of(world.client.get(f"{path}/versions"), 404)
    problem_of(world.client.delete(path, headers={"If-Match": '"1"'}), 404)


def test_every_save_is_a_version_that_can_be_restored(world: World) -> None:
    saved = world.save(IRIS)
    path = f"/api/pipelines/{saved['id']}"
    changed = {**IRIS, "name": "Changed"}
    world.client.put(path, json={"document": changed, "message": "renamed"}, headers={"If-Match": '"1"'})
    history = world.client.get(f"{path}/versions").json()["items"]
    assert [(one["version"], one["message"], one["name"]) for one in history] == [
        (2, "renamed", "Changed"),
        (1, "", "Iris"),
    ]
    assert world.client.get(f"{path}/versions/1").json()["document"] == saved["document"]
    restored = world.client.post(f"{path}/versions/1/restore")
    assert restored.headers["etag"] == '"3"'
    assert restored.json()["document"] == saved["document"]
    problem_of(world.client.get(f"{path}/versions/9"), 404)
    problem_of(world.client.post(f"{path}/versions/9/restore"), 404)


def test_a_copy_has_a_history_of_its_own(world: World) -> None:
    saved = world.save(IRIS)
    copy = world.client.post(f"/api/pipelines/{saved['id']}/duplicate")
    assert copy.status_code == 201
    assert copy.json()["id"] != saved["id"]
    assert copy.json()["name"] == "Iris (copy)"
    assert copy.json()["version"] == 1
    problem_of(world.client.post("/api/pipelines/gone/duplicate"), 404)


def test_the_list_is_searched_and_turned_page_by_page(own_world: World) -> None:
    for number in range(5):
        own_world.save({**IRIS, "name": f"Flower {number}"})
    own_world.save({**IRIS, "name": "Something else"})
    names: list[str] = []
    cursor = None
    while True:
        query = {"query": "fLOWER", "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = own_world.client.get("/api/pipelines", params=query).json()
        names += [one["name"] for one in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert sorted(names) == [f"Flower {number}" for number in range(5)]
