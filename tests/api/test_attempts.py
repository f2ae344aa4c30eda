"""Retries and loops as clients see them: every attempt and iteration with a log and files of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.world import ENDED, Json, World, document, edge, open_world, problem_of, step
from tests.fakes.instant_backend import Act

STUBBORN = document(step("load", policy={"retries": 2, "retry_delay_s": 0.01}), name="Stubborn")
AGAIN = document(
    step("load"),
    step("split", "split"),
    step("train", "train", params={"target": "species"}),
    step("evaluate", "evaluate"),
    step("retrain", "retrain"),
    edge("load.data", "split.data"),
    edge("split.train", "train.train"),
    edge("train.model", "evaluate.model"),
    edge("split.test", "evaluate.test"),
    edge("evaluate.fail", "retrain.failed"),
    edge("retrain.params", "train.params", id="again", kind="loop", max_iterations=3),
    name="Again",
)


def finished(world: World, body: Json) -> Json:
    answer = world.post("/api/runs", {"document": body, "force": True})
    assert answer.status_code == 201, answer.text
    return world.wait_for(answer.json()["id"], lambda view: view["status"] in ENDED)


@pytest.fixture(scope="module")
def retried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, Json]]:
    """A step whose third attempt succeeds."""
    with open_world(tmp_path_factory.mktemp("retried")) as world:
        for attempt in (1, 2):
            world.acts[f"load.1.{attempt}"] = Act(exit_code=attempt, stdout=(f"attempt {attempt}",))
        world.acts["load"] = Act(stdout=("attempt 3",), outputs={"data.csv": "a\n"})
        yield world, finished(world, STUBBORN)


def test_the_run_shows_the_last_attempt_and_the_list_all_of_them(retried: tuple[World, Json]) -> None:
    world, run = retried
    assert [(one["status"], one["attempt"]) for one in run["steps"]] == [("succeeded", 3)]
    listed = world.client.get(f"/api/runs/{run['id']}/steps").json()["items"]
    assert [(one["attempt"], one["status"], one["exit_code"]) for one in listed] == [
        (1, "failed", 1),
        (2, "failed", 2),
        (3, "succeeded", 0),
    ]
    assert len({one["mlflow_run_id"] for one in listed}) == 3


@pytest.mark.parametrize(("query", "text"), [({}, 3), ({"attempt": 1}, 1), ({"attempt": 2}, 2), ({"attempt": 3}, 3)])
def test_every_attempt_has_its_own_log(retried: tuple[World, Json], query: Json, text: int) -> None:
    world, run = retried
    log = world.client.get(f"/api/runs/{run['id']}/steps/load/log", params=query).json()
    assert [line["text"] for line in log["lines"]] == [f"attempt {text}"]
    assert (log["attempt"], log["complete"]) == (text, True)


def test_the_events_tell_of_every_attempt(retried: tuple[World, Json]) -> None:
    world, run = retried
    events = world.client.get(f"/api/runs/{run['id']}/events").json()["items"]
    assert [event["next_attempt"] for event in events if event["kind"] == "step.retrying"] == [2, 3]
    assert [event["attempt"] for event in events if event["kind"] == "step.started"] == [1, 2, 3]


def test_a_loop_is_shown_iteration_by_iteration(own_world: World) -> None:
    world = own_world
    world.acts["evaluate"] = Act(outputs={"fail": ""}, stdout=("not good enough",))
    world.acts["evaluate.2.1"] = Act(outputs={"pass": ""}, stdout=("good",))
    world.acts["retrain"] = Act(outputs={"params.json": "{}"})
    run = finished(world, AGAIN)
    assert (run["status"], run["loop_counts"]) == ("succeeded", {"again": 2})
    shown = {one["id"]: (one["status"], one["iteration"]) for one in run["steps"]}
    assert shown["train"] == ("succeeded", 2)
    assert shown["split"] == ("succeeded", 1)
    assert shown["retrain"][0] == "skipped"
    base = f"/api/runs/{run['id']}/steps"
    listed = [(one["id"], one["iteration"]) for one in world.client.get(base).json()["items"]]
    assert sorted(listed) == sorted(
        [("load", 1), ("split", 1), *((name, n) for name in ("train", "evaluate", "retrain") for n in (1, 2))]
    )
    texts = [
        world.client.get(f"{base}/evaluate/log", params={"iteration": n}).json()["lines"][0]["text"] for n in (1, 2)
    ]
    assert texts == ["not good enough", "good"]
    problem_of(world.client.get(f"{base}/evaluate/log", params={"iteration": 3}), 404)
    assert [
        one["path"]
        for one in world.client.get(f"{base}/retrain/artifacts", params={"iteration": 1}).json()["items"]
        if one["port"] == "params"
    ] == ["out/params.json"]


def test_a_loop_at_its_limit_fails_the_run_and_says_so(tmp_path: Path) -> None:
    with open_world(tmp_path) as world:
        world.acts["evaluate"] = Act(outputs={"fail": ""})
        world.acts["retrain"] = Act(outputs={"params.json": "{}"})
        run = finished(world, AGAIN)
        assert (run["status"], run["loop_counts"]) == ("failed", {"again": 3})
        assert run["reason"] == "loop retrain -> train reached its limit of 3 iterations"
        assert {one["status"] for one in run["steps"]} == {"succeeded"}
