"""Loops: an edge that leads back to an ancestor of its source repeats what lies between."""

from typing import Any

import pytest

from octopus.flow import Choice
from tests.support.flow_runs import (
    drawn,
    failure,
    finished,
    flow,
    history,
    last,
    results,
    simulated,
    statuses,
    step,
    told,
)

Values = dict[str, Any]
ML = (
    "load -> train",
    "train -> evaluate",
    "evaluate -0-> deploy: pass",
    "evaluate -1-> retrain: fail",
    "retrain -> train",
)
TYPES = {"evaluate": "condition"}


def _passes_at(iteration: int) -> Any:
    calls = iter(range(1, 1_000))

    async def evaluate(context: Values, inputs: Values) -> bool:
        return next(calls) >= iteration

    return evaluate


def _ml(passes_at: int, *extra: Any, edges: tuple[str, ...] = ML, **limits: int) -> Any:
    steps = [step("load"), step("train", "load"), step("evaluate", "train", handler=_passes_at(passes_at)), *extra]
    return flow(*steps, step("deploy", "evaluate"), drawing=drawn(*edges, types=TYPES, **limits))


def test_the_body_is_repeated_until_the_condition_passes() -> None:
    run = finished(_ml(2))
    assert last(run)[0] == "complete"
    assert history(run, "train") == ["pending", "running", "success", "pending", "running", "success"]
    assert history(run, "load") == ["pending", "running", "success"]
    assert history(run, "retrain") == ["pending", "running", "success", "pending", "skipped"]
    assert statuses(run)["deploy"] == "success"


def test_a_loop_that_never_passes_ends_the_run_at_three_executions() -> None:
    run = finished(_ml(99))
    assert failure(run) == "loop retrain -> train reached its limit of 3 iterations"
    assert history(run, "train").count("running") == 3
    assert statuses(run)["deploy"] == "skipped"


def test_the_limit_may_be_drawn() -> None:
    assert history(finished(_ml(99, retrain=5)), "train").count("running") == 5


def test_the_edge_may_lead_back_from_the_condition_itself() -> None:
    edges = (*ML[:3], "evaluate -1-> train: fail")
    run = finished(_ml(3, edges=edges))
    assert last(run)[0] == "complete"
    assert history(run, "train").count("running") == 3


@pytest.mark.parametrize("edges", [ML, ML[::-1]])
def test_the_order_in_which_edges_are_drawn_does_not_matter(edges: tuple[str, ...]) -> None:
    run = finished(_ml(2, edges=edges))
    assert last(run)[0] == "complete"
    assert history(run, "train").count("running") == 2


def test_what_the_loop_carries_reaches_its_target_beside_its_other_inputs() -> None:
    seen: list[Values] = []

    async def train(context: Values, inputs: Values) -> int:
        seen.append(inputs)
        return len(seen)

    async def evaluate(context: Values, inputs: Values) -> Choice:
        return Choice("pass" if inputs["train"] == 3 else "fail", inputs["train"] / 10)

    async def retrain(context: Values, inputs: Values) -> Values:
        return {"depth": inputs["evaluate"]}

    steps = [
        step("load"),
        step("train", "load", handler=train),
        step("evaluate", "train", handler=evaluate),
        step("retrain", "evaluate", handler=retrain),
    ]
    run = finished(flow(*steps, step("deploy", "evaluate"), drawing=drawn(*ML, types=TYPES)))
    assert seen == [
        {"load": "load"},
        {"load": "load", "retrain": {"depth": 0.1}},
        {"load": "load", "retrain": {"depth": 0.2}},
    ]
    assert set(results(run)) == {"load", "train", "evaluate", "deploy"}


def test_every_edge_of_the_body_waits_again() -> None:
    run = finished(_ml(2))
    edge = [data["status"] for event, data in told(run) if event == "edgeStatus" and data["sourceId"] == "train"]
    assert edge == ["running", "success", "pending", "running", "success"]


def test_loops_within_one_another_run_the_inner_one_first() -> None:
    edges = ("a -> b", "b -1-> a: again", "b -0-> c: on", "c -1-> a: again", "c -0-> d: on")
    types = {"b": "condition", "c": "condition"}
    b, c = _passes_at(2), _passes_at(2)
    steps = [step("a"), step("b", "a", handler=b), step("c", "b", handler=c), step("d", "c")]
    run = finished(flow(*steps, drawing=drawn(*edges, types=types)))
    assert last(run)[0] == "complete"
    assert history(run, "a").count("running") == 3
    assert history(run, "c").count("running") == 2


def test_loops_that_overlap_are_an_error() -> None:
    drawing = drawn("a -> b", "b -> c", "c -> d", "c -> a", "d -> b")
    assert "share 'b'" in failure(finished(flow(step("a"), step("b"), step("c"), step("d"), drawing=drawing)))


def test_an_edge_from_a_node_to_itself_is_an_error() -> None:
    assert "itself" in failure(finished(flow(step("a"), drawing=drawn("a -> a"))))


def test_a_step_that_depends_on_what_comes_later_is_no_loop_but_a_cycle() -> None:
    assert "cycle" in failure(finished(flow(step("a", "c"), step("b", "a"), step("c", "b"))))


def test_a_simulated_flow_with_a_loop_goes_straight_through() -> None:
    steps = [
        simulated("load"),
        simulated("train", "load"),
        simulated("evaluate", "train"),
        simulated("deploy", "evaluate"),
    ]
    run = finished(flow(*steps, drawing=drawn(*ML, types=TYPES)))
    assert last(run)[0] == "complete"
    assert statuses(run) == dict.fromkeys(["load", "train", "evaluate", "deploy"], "success") | {"retrain": "skipped"}


def test_ten_loops_beside_one_another_all_run() -> None:
    edges = [text for n in range(10) for text in (f"a{n} -> b{n}", f"b{n} -1-> a{n}: again", f"b{n} -0-> end: on")]
    steps = [s for n in range(10) for s in (step(f"a{n}"), step(f"b{n}", f"a{n}", handler=_passes_at(n % 3 + 1)))]
    types = {f"b{n}": "condition" for n in range(10)}
    run = finished(flow(*steps, step("end"), drawing=drawn(*edges, types=types)))
    assert last(run)[0] == "complete"
    assert [history(run, f"a{n}").count("running") for n in range(3)] == [1, 2, 3]
