"""Executors from dictionaries and from functions."""

from typing import Any

import pytest

from octopus.flow.api import quick_flow, run_pipeline
from octopus.flow.callbacks import RetryNodeException, TimingCallback
from octopus.flow.steps import ExecutionStep
from tests.support.flow_runs import finished, flow, results, step

Values = dict[str, Any]


async def load(context: Values, inputs: Values) -> int:
    return 20


def double(context: Values, inputs: Values) -> int:
    return int(inputs["load"]) * 2


def test_dictionaries_become_steps() -> None:
    executor = quick_flow(
        [{"id": "load", "handler": load}, {"id": "double", "depends_on": ["load"], "handler": double}, {"id": "s"}],
        callbacks=[TimingCallback()],
    )
    assert executor.graph_id == "quick-flow"
    assert executor.steps[2].duration == 1.0
    executor.steps[2].duration = 0
    assert results(finished(executor))["double"] == 40
    with pytest.raises(TypeError):
        quick_flow([{"name": "load"}])


def test_a_text_alone_is_one_step_to_depend_on_and_not_its_letters() -> None:
    one = ExecutionStep("ab", handler=load, depends_on="load")  # type: ignore[arg-type]
    assert one.depends_on == ["load"]
    executor = quick_flow(
        [{"id": "load", "handler": load}, {"id": "double", "depends_on": "load", "handler": double}], callbacks=[]
    )
    assert results(finished(executor)) == {"load": 20, "double": 40}


def test_functions_follow_one_another_under_their_names() -> None:
    executor = run_pipeline([load, double])
    assert [one.depends_on for one in executor.steps] == [[], ["load"]]
    assert results(finished(executor)) == {"load": 20, "double": 40}


def test_a_retry_may_be_given_a_reason_instead_of_a_number() -> None:
    calls: list[int] = []

    async def flaky(context: Values, inputs: Values) -> str:
        calls.append(1)
        if len(calls) < 4:
            raise RetryNodeException("the line was busy", delay=0)
        return "through"

    assert results(finished(flow(step("a", handler=flaky)))) == {"a": "through"}
    assert str(RetryNodeException("the line was busy")) == "the line was busy"
