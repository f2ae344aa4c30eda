"""FlowState, and what a hook sees of it."""

import pytest

from octopus.flow import ExecutionStep
from octopus.flow.callbacks import FlowState, RetryCallback, RetryNodeException


def test_results_and_errors_are_kept() -> None:
    state = FlowState("test", nodes=[{"id": "n1"}], edges=[("n1", "n2")])
    assert not state.has_errors
    state.set_result("node1", {"data": "value"})
    state.add_error(ValueError("Test error"), "node1")
    assert state.get_result("node1") == {"data": "value"}
    assert state.get_result("nonexistent") is None
    assert state.errors[0]["node_id"] == "node1"
    assert state.errors[0]["message"] == "Test error"


def test_a_bound_state_has_its_own_step_and_shares_everything_else() -> None:
    state = FlowState("g", context={"n": 1})
    one, other = (state.bound(ExecutionStep(name), None, 1) for name in ("a", "b"))
    one.skip_current = True
    one.cancelled = True
    one.context["n"] = 2
    assert isinstance(one, FlowState)
    assert (one.current_step.node_id, other.current_step.node_id) == ("a", "b")
    assert not other.skip_current
    assert other.cancelled
    assert state.cancelled
    assert other.context == {"n": 2}
    with pytest.raises(AttributeError):
        one.nonsense  # noqa: B018


def test_a_retry_callback_says_how_many_calls_are_left() -> None:
    callback = RetryCallback(max_retries=2, delay=0.1)
    state = FlowState("g")
    state.current_node = "node"
    left = []
    for _ in range(2):
        with pytest.raises(RetryNodeException) as wish:
            callback.on_error(state, ValueError())
        left.append(wish.value.max_retries)
    callback.on_error(state, ValueError())
    assert left == [1, 0]
    assert wish.value.delay == 0.1
