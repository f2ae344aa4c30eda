"""Callbacks: in which order they are asked, what they see, and how they and handlers steer a flow."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from octopus.flow.callbacks import (
    CancelFlowException,
    FlowCallback,
    FlowState,
    RetryNodeException,
    SkipNodeException,
)
from tests.support.flow_runs import (
    drawn,
    failure,
    finished,
    flow,
    history,
    last,
    results,
    statuses,
    step,
    told,
)

Values = dict[str, Any]
HOOKS = ("before_flow", "after_flow", "before_node", "after_node", "before_edge", "after_edge", "on_error", "on_cancel")


class Diary(FlowCallback):
    """Notes every hook with its place."""

    def __init__(self, name: str = "", order: int = 0) -> None:
        self.lines: list[str] = []
        self.name, self.order = name, order

    def _note(self, hook: str, state: FlowState) -> None:
        place = "-".join(state.current_edge) if state.current_edge else getattr(state.current_step, "node_id", "")
        self.lines.append(" ".join(part for part in (self.name, hook, place) if part))

    def before_flow(self, state: FlowState) -> None:
        self._note("before_flow", state)

    def after_flow(self, state: FlowState) -> None:
        self._note("after_flow", state)

    def before_node(self, state: FlowState) -> None:
        self._note("before_node", state)

    def after_node(self, state: FlowState) -> None:
        self._note("after_node", state)

    def before_edge(self, state: FlowState) -> None:
        self._note("before_edge", state)

    def after_edge(self, state: FlowState) -> None:
        self._note("after_edge", state)

    def on_error(self, state: FlowState, exc: Exception) -> None:
        self._note("on_error", state)

    def on_cancel(self, state: FlowState) -> None:
        self._note("on_cancel", state)


class Raising(FlowCallback):
    """Raises in one hook, at one node, so many times."""

    def __init__(self, hook: str, exc: Exception, node_id: str = "b", times: int = 10_000) -> None:
        self.times = times

        def raise_it(state: FlowState, *more: Any) -> None:
            is_here = state.current_step is None or state.current_step.node_id == node_id
            if is_here and self.times > 0:
                self.times -= 1
                raise exc

        setattr(self, hook, raise_it)


def _fails(times: int, exc: Exception | None = None) -> tuple[Callable[..., Any], list[int]]:
    """A handler that fails so many times, and the list of its calls."""
    calls: list[int] = []

    async def handler(context: Values, inputs: Values) -> str:
        calls.append(len(calls))
        if len(calls) <= times:
            raise exc or ValueError("boom")
        return "at last"

    return handler, calls


def test_the_hooks_of_a_step_come_in_the_order_of_the_contract() -> None:
    diary = Diary()

    async def b(context: Values, inputs: Values) -> None:
        diary.lines.append("body b")

    finished(flow(step("a"), step("b", "a", handler=b), callbacks=[diary]))
    assert diary.lines == [
        "before_flow",
        "before_node a",
        "after_node a",
        "before_edge a-b",
        "before_node b",
        "body b",
        "after_node b",
        "after_edge a-b",
        "after_flow",
    ]


def test_callbacks_are_asked_by_ascending_order_whatever_the_list() -> None:
    shared: list[str] = []
    diaries = [Diary("late", 9), Diary("early", -1), Diary("middle", 5)]
    for diary in diaries:
        diary.lines = shared
    finished(flow(step("a"), callbacks=diaries))
    assert shared[:3] == ["early before_flow", "middle before_flow", "late before_flow"]
    assert shared[-3:] == ["early after_flow", "middle after_flow", "late after_flow"]


def test_a_failure_asks_on_error_and_then_after_node() -> None:
    diary, (handler, _) = Diary(), _fails(1)
    finished(flow(step("a", handler=handler), step("b", "a"), callbacks=[diary]))
    assert diary.lines == ["before_flow", "before_node a", "on_error a", "after_node a", "after_flow"]


def test_a_hook_sees_its_own_step_also_while_steps_overlap() -> None:
    """The first hook of each step waits until those of all others have begun."""
    together = asyncio.Barrier(3)
    seen: list[tuple[str, str, str, float | None]] = []

    class Look(FlowCallback):
        async def before_node(self, state: FlowState) -> None:  # type: ignore[override]
            before = state.current_step.node_id
            await asyncio.wait_for(together.wait(), 30)
            seen.append((before, state.current_step.node_id, state.current_node.id, None))

        def after_node(self, state: FlowState) -> None:
            node_id = state.current_step.node_id
            seen.append((node_id, node_id, state.current_node.id, state.node_times[node_id]))

    finished(flow(step("a"), step("b"), step("c"), callbacks=[Look()]))
    assert len(seen) == 6
    assert all(one == other == node for one, other, node, _ in seen)
    assert all(spent >= 0 for *_, spent in seen if spent is not None)


def test_what_a_callback_adds_to_the_state_or_the_context_is_there_in_later_hooks_and_handlers() -> None:
    class Inject(FlowCallback):
        def before_flow(self, state: FlowState) -> None:
            state.context["run_id"] = "run_123"

        def before_node(self, state: FlowState) -> None:
            state.mine = [*getattr(state, "mine", []), state.current_step.node_id]  # type: ignore[attr-defined]

        def after_flow(self, state: FlowState) -> None:
            state.context["seen"].extend(state.mine)  # type: ignore[attr-defined]

    async def tell(context: Values, inputs: Values) -> Any:
        return context["run_id"]

    seen: list[str] = []
    run = finished(flow(step("a", handler=tell), step("b", "a"), callbacks=[Inject()]), {"seen": seen})
    assert results(run)["a"] == "run_123"
    assert seen == ["a", "b"]


def test_a_callback_may_change_what_the_next_step_receives() -> None:
    class Change(FlowCallback):
        def after_node(self, state: FlowState) -> None:
            state.set_result("a", "changed")

    async def take(context: Values, inputs: Values) -> Any:
        return inputs

    run = finished(flow(step("a"), step("b", "a", handler=take), callbacks=[Change()]))
    assert run.results["b"] == {"a": "changed"}


def test_a_hook_that_breaks_is_logged_and_does_not_disturb_the_flow(caplog: pytest.LogCaptureFixture) -> None:
    diary = Diary(order=1)
    with caplog.at_level(logging.WARNING, "octopus.flow"):
        run = finished(flow(step("b"), callbacks=[Raising("before_node", KeyError("oops")), diary]))
    assert last(run)[0] == "complete"
    assert "before_node b" in diary.lines
    assert "oops" in caplog.text


def test_the_iteration_of_a_loop_is_told_to_the_hooks() -> None:
    seen: list[int] = []

    class Look(FlowCallback):
        def before_node(self, state: FlowState) -> None:
            if state.current_step.node_id == "a":
                seen.append(state.iteration)

    handler, _ = _fails(0)
    answers = iter([False, False, True])

    async def decide(context: Values, inputs: Values) -> bool:
        return next(answers)

    drawing = drawn("a -> b", "b -1-> a: again", "b -0-> c: on", types={"b": "condition"})
    finished(flow(step("a", handler=handler), step("b", "a", handler=decide), drawing=drawing, callbacks=[Look()]))
    assert seen == [1, 2, 3]


@pytest.mark.parametrize("hook", ["before_edge", "before_node", "after_node", "after_edge"])
def test_skipping_from_a_hook_of_a_node_skips_it_and_goes_on(hook: str) -> None:
    async def take(context: Values, inputs: Values) -> Any:
        return inputs

    callback = Raising(hook, SkipNodeException("not today"))
    run = finished(flow(step("a"), step("b", "a"), step("c", "b", handler=take), callbacks=[callback]))
    assert statuses(run) == {"a": "success", "b": "skipped", "c": "success"}
    assert results(run) == {"a": "a", "c": {"b": None}}


def test_skipping_from_a_handler_or_on_error_skips_the_node_and_goes_on() -> None:
    from_handler, _ = _fails(1, SkipNodeException("nothing to do"))
    assert results(finished(flow(step("b", handler=from_handler), step("c", "b")))) == {"c": "c"}
    failing, _ = _fails(1)
    run = finished(flow(step("b", handler=failing), callbacks=[Raising("on_error", SkipNodeException())]))
    assert statuses(run) == {"b": "skipped"}
    assert run.status == "success"


def test_a_callback_may_say_skip_current_instead() -> None:
    class Skip(FlowCallback):
        def before_node(self, state: FlowState) -> None:
            state.skip_current = state.current_step.node_id == "a"

    assert statuses(finished(flow(step("a"), step("b", "a"), callbacks=[Skip()]))) == {"a": "skipped", "b": "success"}


def test_skipping_from_before_flow_skips_every_node() -> None:
    run = finished(flow(step("a"), step("b", "a"), callbacks=[Raising("before_flow", SkipNodeException())]))
    assert statuses(run) == {"a": "skipped", "b": "skipped"}
    assert results(run) == {}


@pytest.mark.parametrize("hook", ["before_edge", "before_node", "on_error"])
def test_cancelling_from_a_hook_before_a_node_is_done_cancels_the_flow(hook: str) -> None:
    diary = Diary(order=1)
    handler, _ = _fails(1 if hook == "on_error" else 0)
    callback = Raising(hook, CancelFlowException("Safety check failed"))
    run = finished(flow(step("a"), step("b", "a", handler=handler), step("c", "b"), callbacks=[callback, diary]))
    assert last(run) == ("error", {"error": True, "message": "Flow cancelled: Safety check failed", "nodeId": "b"})
    assert statuses(run)["b"] == ("error" if hook == "on_error" else "cancelled")
    assert statuses(run)["c"] in ("cancelled", "skipped")
    assert diary.lines[-2:] == ["on_cancel", "after_flow"]
    assert run.status == "cancelled"


@pytest.mark.parametrize("hook", ["after_node", "after_edge"])
def test_a_node_that_was_done_when_a_hook_cancelled_keeps_its_success(hook: str) -> None:
    run = finished(flow(step("a"), step("b", "a"), step("c", "b"), callbacks=[Raising(hook, CancelFlowException())]))
    assert statuses(run) == {"a": "success", "b": "success", "c": "cancelled"}
    assert failure(run) == "Flow cancelled"


def test_cancelling_from_before_flow_runs_nothing() -> None:
    diary = Diary(order=1)
    run = finished(flow(step("a"), callbacks=[Raising("before_flow", CancelFlowException("no")), diary]))
    assert statuses(run) == {"a": "cancelled"}
    assert diary.lines == ["on_cancel", "after_flow"]
    assert failure(run) == "Flow cancelled: no"


def test_cancelling_from_after_flow_makes_the_last_message_the_cancellation() -> None:
    diary = Diary(order=1)
    run = finished(flow(step("a"), callbacks=[Raising("after_flow", CancelFlowException("too late")), diary]))
    assert failure(run) == "Flow cancelled: too late"
    assert diary.lines[-1] == "on_cancel"


@pytest.mark.parametrize(
    ("hook", "exc"),
    [
        ("after_flow", SkipNodeException()),
        ("after_flow", RetryNodeException()),
        ("on_cancel", SkipNodeException()),
        ("on_cancel", RetryNodeException()),
        ("on_cancel", CancelFlowException()),
    ],
)
def test_where_nothing_is_left_to_steer_the_flow_ends_as_it_would(
    hook: str, exc: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    handler, _ = _fails(1, CancelFlowException("stop"))
    run = finished(flow(step("a", handler=handler if hook == "on_cancel" else None), callbacks=[Raising(hook, exc)]))
    assert run.status == ("cancelled" if hook == "on_cancel" else "success")
    assert [event for event, _ in told(run)].count("complete" if hook == "after_flow" else "error") == 1


def test_cancelling_from_a_handler_ends_what_is_under_way() -> None:
    begun = asyncio.Event()
    ended: list[str] = []

    async def endless(context: Values, inputs: Values) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("endless")

    async def cancel(context: Values, inputs: Values) -> None:
        await begun.wait()
        raise CancelFlowException("enough")

    run = finished(flow(step("a", handler=endless), step("b", handler=cancel), step("c", "a")))
    assert statuses(run) == {"a": "cancelled", "b": "cancelled", "c": "cancelled"}
    assert ended == ["endless"]
    assert failure(run) == "Flow cancelled: enough"


def test_a_callback_may_say_cancelled_instead() -> None:
    class Stop(FlowCallback):
        def after_node(self, state: FlowState) -> None:
            state.cancelled = True

    run = finished(flow(step("a"), step("b", "a"), callbacks=[Stop()]))
    assert statuses(run) == {"a": "success", "b": "cancelled"}
    assert run.status == "cancelled"


@pytest.mark.parametrize(("failures", "further", "calls", "status"), [(2, 2, 3, "success"), (3, 2, 3, "error")])
def test_a_handler_that_asks_for_n_further_calls_gets_them(
    failures: int, further: int, calls: int, status: str
) -> None:
    handler, made = _fails(failures, RetryNodeException(further, delay=0))
    run = finished(flow(step("a", handler=handler)))
    assert (len(made), statuses(run)["a"]) == (calls, status)
    assert history(run, "a") == ["pending", "running", status]
    if status == "error":
        assert failure(run) == "gave up after 3 calls"


@pytest.mark.parametrize(("failures", "calls", "status"), [(2, 3, "success"), (3, 3, "error")])
def test_on_error_may_ask_for_further_calls(failures: int, calls: int, status: str) -> None:
    handler, made = _fails(failures)
    retry = Raising("on_error", RetryNodeException(2, delay=0), "a")
    run = finished(flow(step("a", handler=handler), callbacks=[retry]))
    assert (len(made), statuses(run)["a"]) == (calls, status)
    if status == "error":
        assert failure(run) == "boom"


@pytest.mark.parametrize("hook", ["before_edge", "before_node", "after_node", "after_edge"])
@pytest.mark.parametrize(("times", "status"), [(2, "success"), (3, "error")])
def test_asking_for_another_call_in_a_hook_begins_the_node_again(hook: str, times: int, status: str) -> None:
    retry = Raising(hook, RetryNodeException(2, delay=0), times=times)
    run = finished(flow(step("a"), step("b", "a"), step("c", "b"), callbacks=[retry]))
    assert statuses(run) == {"a": "success", "b": status, "c": "success" if status == "success" else "skipped"}


@pytest.mark.parametrize(("times", "ended"), [(2, "success"), (3, "cancelled")])
def test_asking_for_another_call_in_before_flow_asks_its_round_again(times: int, ended: str) -> None:
    run = finished(flow(step("b"), callbacks=[Raising("before_flow", RetryNodeException(2, delay=0), times=times)]))
    assert run.status == ended


def test_an_error_that_was_not_the_last_word_is_not_among_the_errors() -> None:
    seen: list[int] = []

    class Look(FlowCallback):
        def on_error(self, state: FlowState, exc: Exception) -> None:
            seen.append(len(state.errors))
            raise RetryNodeException(1, delay=0)

        def after_flow(self, state: FlowState) -> None:
            seen.append(len(state.errors))

    handler, _ = _fails(1)
    assert last(finished(flow(step("a", handler=handler), callbacks=[Look()])))[0] == "complete"
    assert seen == [1, 0]


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("exc", [SkipNodeException(), CancelFlowException(), RetryNodeException(1, 0), ValueError("x")])
@pytest.mark.parametrize("failing", [True, False])
def test_every_exception_in_every_hook_leads_to_exactly_one_last_message(
    hook: str, exc: Exception, failing: bool
) -> None:
    handler, _ = _fails(9 if failing else 0)
    run = finished(flow(step("a"), step("b", "a", handler=handler), step("c", "b"), callbacks=[Raising(hook, exc)]))
    endings = [event for event, _ in told(run) if event in ("complete", "error")]
    assert len(endings) == 1
    assert last(run)[0] == endings[0]
    assert not {"pending", "running"} & set(statuses(run).values())
