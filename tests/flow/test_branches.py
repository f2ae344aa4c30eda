"""Branches: a node that chooses takes one way out and leaves the others."""

from typing import Any

import numpy as np
import pytest

from octopus.flow import Choice, Drawing, DrawnEdge, DrawnNode, ExecutionStep, FlowEditor
from octopus.flow.types import ConditionNode, DecisionNode
from tests.support.flow_runs import drawn, failure, finished, flow, last, results, simulated, statuses, step

Values = dict[str, Any]
DRAWING = drawn("evaluate -0-> deploy: pass", "evaluate -1-> retrain: fail", types={"evaluate": "condition"})
PLAIN = drawn("evaluate -0-> deploy: pass", "evaluate -1-> retrain: fail")


def _answering(answer: Any) -> Any:
    async def evaluate(context: Values, inputs: Values) -> Any:
        return answer

    return evaluate


def _evaluated(answer: Any, drawing: Drawing | None = DRAWING, node: Any = None) -> dict[str, str]:
    steps = [step("evaluate", handler=_answering(answer), node=node)]
    run = finished(flow(*steps, step("deploy", "evaluate"), step("retrain", "evaluate"), drawing=drawing))
    assert last(run)[0] == "complete", last(run)
    return {node_id: status for node_id, status in statuses(run).items() if node_id != "evaluate"}


PASSED = {"deploy": "success", "retrain": "skipped"}
FAILED = {"deploy": "skipped", "retrain": "success"}


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (True, PASSED),
        (False, FAILED),
        (np.bool_(False), FAILED),
        (0, PASSED),
        (1, FAILED),
        (np.int64(1), FAILED),
        ("pass", PASSED),
        ("fail", FAILED),
        (Choice("fail", 3), FAILED),
        (Choice(0), PASSED),
        (Choice(False), FAILED),
        (Choice("retrain"), FAILED),
    ],
)
def test_a_condition_takes_the_branch_that_its_handler_names(answer: Any, outcome: dict[str, str]) -> None:
    assert _evaluated(answer) == outcome


@pytest.mark.parametrize(("choice", "outcome"), [(Choice("fail", 1), FAILED), (Choice(0, 1), PASSED)])
def test_any_node_may_choose(choice: Choice, outcome: dict[str, str]) -> None:
    assert _evaluated(choice, PLAIN) == outcome


@pytest.mark.parametrize("value", [True, 1, "fail", {"passed": False}])
def test_what_a_node_that_is_no_condition_returns_chooses_nothing(value: Any) -> None:
    assert _evaluated(value, PLAIN) == {"deploy": "success", "retrain": "success"}


def test_the_branch_that_is_taken_gets_the_value_of_the_choice() -> None:
    async def retrain(context: Values, inputs: Values) -> Any:
        return inputs

    steps = [step("evaluate", handler=_answering(Choice("fail", {"accuracy": 0.4})))]
    run = finished(flow(*steps, step("retrain", "evaluate", handler=retrain), drawing=PLAIN))
    assert run.results["retrain"] == {"evaluate": {"accuracy": 0.4}}
    assert results(run)["evaluate"] == {"accuracy": 0.4}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Choice("unsure"), "'unsure'"),
        ("unsure", "'pass', 'fail'"),
        (2, "port 2; its last port is 1"),
        (-1, "port -1"),
        ({"accuracy": 0.4}, "returned a dict, which chooses no branch"),
        (None, "returned a NoneType"),
    ],
)
def test_a_choice_that_is_none_fails_the_node_and_says_what_it_could_have_been(answer: Any, words: str) -> None:
    run = finished(flow(step("evaluate", handler=_answering(answer)), step("deploy", "evaluate"), drawing=DRAWING))
    assert words in failure(run)
    assert statuses(run)["evaluate"] == "error"
    assert statuses(run)["deploy"] == "skipped"


def test_no_text_is_not_the_label_of_edges_without_one() -> None:
    drawing = drawn("evaluate -0-> deploy", "evaluate -1-> retrain", types={"evaluate": "condition"})
    run = finished(flow(step("evaluate", handler=_answering("")), step("deploy", "evaluate"), drawing=drawing))
    assert "chose the branch ''" in failure(run)


def test_a_condition_with_one_way_out_need_not_choose() -> None:
    drawing = drawn("evaluate -> deploy", types={"evaluate": "condition"})
    run = finished(flow(step("evaluate", handler=_answering({"a": 1})), step("deploy", "evaluate"), drawing=drawing))
    assert statuses(run)["deploy"] == "success"


def test_a_simulated_condition_takes_its_first_port() -> None:
    steps = [simulated("evaluate"), step("deploy", "evaluate"), step("retrain", "evaluate")]
    run = finished(flow(*steps, drawing=DRAWING))
    assert statuses(run)["deploy"] == "success"
    assert statuses(run)["retrain"] == "skipped"


def test_the_ports_may_be_drawn_in_any_order() -> None:
    drawing = drawn("evaluate -1-> retrain: fail", "evaluate -0-> deploy: pass", types={"evaluate": "decision"})
    assert _evaluated(True, drawing) == PASSED


def test_labels_choose_even_where_all_edges_leave_the_same_port() -> None:
    drawing = drawn("evaluate -> deploy: pass", "evaluate -> retrain: fail", types={"evaluate": "condition"})
    assert _evaluated("fail", drawing) == FAILED


def test_one_port_may_lead_to_several_nodes() -> None:
    drawing = drawn("evaluate -0-> deploy: pass", "evaluate -0-> retrain: pass", types={"evaluate": "condition"})
    assert _evaluated(True, drawing) == {"deploy": "success", "retrain": "success"}
    assert _evaluated(False, drawing) == {"deploy": "skipped", "retrain": "skipped"}


def test_without_a_drawing_the_dependents_of_a_condition_are_its_ports() -> None:
    node = ConditionNode("evaluate")
    assert _evaluated(False, None, node) == FAILED
    assert _evaluated(Choice("deploy"), None) == PASSED


@pytest.mark.parametrize(("accuracy", "outcome"), [(0.95, PASSED), (0.5, FAILED)])
def test_a_typed_condition_decides_by_its_expression(accuracy: float, outcome: dict[str, str]) -> None:
    node = ConditionNode("evaluate", condition="context['accuracy'] > 0.9")
    steps = [ExecutionStep("evaluate", node=node), step("deploy", "evaluate"), step("retrain", "evaluate")]
    seen = statuses(finished(flow(*steps, drawing=PLAIN), {"accuracy": accuracy}))
    assert {node_id: seen[node_id] for node_id in outcome} == outcome


def test_a_typed_decision_takes_the_answer_of_the_context() -> None:
    steps = [ExecutionStep("evaluate", node=DecisionNode("evaluate")), step("deploy", "evaluate")]
    run = finished(flow(*steps, step("retrain", "evaluate"), drawing=PLAIN), {"decisions": {"evaluate": "fail"}})
    assert statuses(run)["retrain"] == "success"
    assert statuses(run)["deploy"] == "skipped"


def test_branches_that_meet_again_go_on_with_the_one_that_was_taken() -> None:
    async def both(context: Values, inputs: Values) -> Any:
        return inputs

    steps = [step("evaluate", handler=_answering("fail")), step("deploy", "evaluate"), step("retrain", "evaluate")]
    run = finished(flow(*steps, step("report", "deploy", "retrain", handler=both), drawing=DRAWING))
    assert run.results["report"] == {"deploy": None, "retrain": "retrain"}


def test_a_step_behind_a_branch_not_taken_is_skipped_with_the_reason() -> None:
    steps = [step("evaluate", handler=_answering("pass")), step("retrain", "evaluate"), step("tell", "retrain")]
    run = finished(flow(*steps, drawing=DRAWING))
    assert statuses(run)["tell"] == "skipped"
    assert run.status == "success"


def test_a_drawn_node_without_a_step_passes_through() -> None:
    drawing = drawn("a -> middle", "middle -> b")

    async def take(context: Values, inputs: Values) -> Any:
        return inputs

    run = finished(flow(step("a"), step("b", handler=take), drawing=drawing))
    assert run.results["b"] == {"middle": "a"}
    assert statuses(run)["middle"] == "success"
    assert set(results(run)) == {"a", "b"}


def test_a_node_that_passes_several_values_on_passes_them_by_their_nodes() -> None:
    async def take(context: Values, inputs: Values) -> Any:
        return inputs

    drawing = drawn("a -> middle", "b -> middle", "middle -> c")
    run = finished(flow(step("a"), step("b"), step("c", handler=take), drawing=drawing))
    assert run.results["c"] == {"middle": {"a": "a", "b": "b"}}


def test_a_drawn_edge_between_steps_orders_them_too() -> None:
    async def take(context: Values, inputs: Values) -> Any:
        return inputs

    run = finished(flow(step("b", handler=take), step("a"), drawing=drawn("a -> b")))
    assert run.results["b"] == {"a": "a"}


def test_a_drawing_of_another_flow_or_with_an_edge_to_nowhere_is_an_error() -> None:
    nowhere = Drawing("g", (DrawnNode("a"),), (DrawnEdge("a", "b"),))
    assert "'b', which is no node" in failure(finished(flow(step("a"), drawing=nowhere)))
    other = Drawing("h", (DrawnNode("a"),))
    assert "'h'" in failure(finished(flow(step("a"), drawing=other)))


def test_an_editor_may_stand_for_its_drawing() -> None:
    executor = flow(step("a"))
    executor.drawing = FlowEditor(id="g")
    assert last(finished(executor))[0] == "complete"
