"""What a document may say and this version cannot do: refused by name, saved all the same."""

from typing import Any

import pytest

from octopus.compiler.check import check
from tests.support.drawings import CATALOG, MACHINE, Json, document, edge, step


def _pointers(steps: list[Json], edges: list[Json] | None = None, **more: Any) -> list[str]:
    problems = check(document(steps, edges, **more), CATALOG, MACHINE)
    assert all(problem.severity == "error" for problem in problems)
    return [problem.pointer for problem in problems if problem.code == "not_supported_yet"]


@pytest.mark.parametrize(
    ("policy", "place"),
    [
        ({"retries": 1}, "retries"),
        ({"timeout_s": 5.0}, "timeout_s"),
        ({"on_failure": "continue"}, "on_failure"),
        ({"resources": {"gpus": 1}}, "resources/gpus"),
        ({"resources": {"memory_mb": 512}}, "resources/memory_mb"),
    ],
)
def test_a_steps_policy(policy: Json, place: str) -> None:
    assert _pointers([{**step("a", "source"), "policy": policy}]) == [f"/steps/0/policy/{place}"]


def test_what_a_policy_may_say_already() -> None:
    policy = {"retries": 0, "retry_delay_s": 5.0, "reuse": False, "resources": {"cpus": 2}, "backend": "cold"}
    assert _pointers([{**step("a", "source"), "policy": policy}]) == []


def test_pipeline_parameters_and_profiles() -> None:
    parameters = {"threshold": {"type": "float", "default": 0.9}}
    found = _pointers([step("a", "source")], parameters=parameters, profiles={"a/b": {"threshold": 1}})
    assert found == ["/parameters/threshold", "/profiles/a~1b"]


def test_a_time_limit_of_the_run() -> None:
    assert _pointers([step("a", "source")], settings={"timeout_s": 60}) == ["/settings/timeout_s"]
    assert _pointers([step("a", "source")], settings={"max_parallel": 3, "experiment": "mine"}) == []


def test_loop_edges() -> None:
    steps = [step("a", "source"), step("b", "gather"), step("c", "pass_on")]
    edges = [edge("a.data -> b.data"), edge("b.data -> c.data"), edge("c.data -> b.data", kind="loop")]
    assert _pointers(steps, edges) == ["/edges/2"]


@pytest.mark.parametrize(
    "value", ["${params.x}", "at ${steps.a.metrics.f1}", "$${literal}", ["a", {"b": "${params.x}"}], {"k": ["${"]}]
)
def test_references_at_any_depth(value: Any) -> None:
    assert _pointers([step("t", "train", target=value)]) == ["/steps/0/params/target"]


def test_a_reference_is_not_also_a_wrong_type() -> None:
    codes = {problem.code for problem in check(document([step("a", "source", rows="${params.n}")]), CATALOG, MACHINE)}
    assert codes == {"not_supported_yet"}


@pytest.mark.parametrize("value", ["5 $", "$x", "{x}", "$ {x}"])
def test_other_dollar_signs_are_text(value: str) -> None:
    steps = [step("a", "source"), step("t", "train", target=value)]
    assert _pointers(steps, [edge("a.data -> t.train")]) == []
