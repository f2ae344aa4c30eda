"""A flow that no callback hears goes a shorter way, and tells the very same as one that somebody listens to."""

import asyncio
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from octopus.flow import Choice, Drawing, DrawnEdge, DrawnNode, ExecutionStep, FlowExecutor, FlowRun
from octopus.flow.callbacks import CancelFlowException, FlowCallback, RetryNodeException, SkipNodeException
from tests.support.flow_runs import PATIENCE_S, finished, flow, results, step

Values = dict[str, Any]
Act = Callable[[], Any]


class Listener(FlowCallback):
    """Has one hook, and nothing to say."""

    def before_flow(self, state: Any) -> None:
        pass


LISTENERS: tuple[tuple[FlowCallback, ...], ...] = ((), (Listener(),))


def _raises(raised: BaseException) -> Act:
    def act() -> Any:
        raise raised

    return act


ACTS: dict[str, Act] = {
    "value": lambda: 1,
    "nothing": lambda: None,
    "fail": _raises(ValueError("boom")),
    "skip": _raises(SkipNodeException()),
    "cancel": _raises(CancelFlowException("enough")),
    "retry": _raises(RetryNodeException(2, 0)),
    "first port": lambda: Choice(0, "a"),
    "no port": lambda: Choice(7),
    "cancel itself": _raises(asyncio.CancelledError()),
    "exit": _raises(SystemExit(3)),
}
WEIGHTED = ["value"] * 6 + ["nothing"] * 3 + list(ACTS)


@st.composite
def flows(draw: st.DrawFn) -> tuple[list[ExecutionStep], Drawing]:
    """Steps that depend on earlier ones, some with edges drawn between them: ports, branches and loops."""
    count = draw(st.integers(1, 7))
    steps = []
    for number in range(count):
        needs = draw(st.lists(st.integers(0, number - 1), max_size=3, unique=True)) if number else []
        act, pauses = ACTS[draw(st.sampled_from(WEIGHTED))], draw(st.integers(0, 1))
        steps.append(ExecutionStep(f"s{number}", depends_on=[f"s{n}" for n in needs], handler=_handler(act, pauses)))
    apart = [(a, b) for a in range(count) for b in range(count) if a != b]
    edges = draw(st.lists(st.sampled_from(apart), max_size=3, unique=True)) if apart else []
    nodes = tuple(DrawnNode(f"s{n}", ("default", "condition")[n % 2], outputs=2) for n in range(count))
    drawn = (DrawnEdge(f"s{a}", f"s{b}", draw(st.integers(0, 1))) for a, b in edges)
    return steps, Drawing("g", nodes, tuple(drawn))


def _handler(act: Act, pauses: int) -> Any:
    async def handler(context: Values, inputs: Values) -> Any:
        context.setdefault("seen", []).append(sorted(inputs.items(), key=str))
        for _ in range(pauses):
            await asyncio.sleep(0)
        return act()

    return handler


@settings(max_examples=120, deadline=None)
@given(flows())
def test_nobody_can_tell_whether_somebody_listened(drawn: tuple[list[ExecutionStep], Drawing]) -> None:
    steps, drawing = drawn
    contexts: list[Values] = [{"seen": []}, {"seen": []}]
    runs = [
        finished(FlowExecutor("g", steps, list(callbacks), drawing), context)
        for callbacks, context in zip(LISTENERS, contexts, strict=True)
    ]
    assert runs[0].messages() == runs[1].messages()
    assert runs[0].results == runs[1].results
    assert contexts[0] == contexts[1]


@pytest.mark.parametrize("callbacks", LISTENERS, ids=["unheard", "heard"])
def test_a_cancel_reaches_a_handler_that_waits(callbacks: tuple[FlowCallback, ...]) -> None:
    waits = threading.Event()
    seen: list[str] = []

    async def handler(context: Values, inputs: Values) -> None:
        try:
            waits.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    run = flow(step("a"), step("b", "a", handler=handler), step("c", "b"), callbacks=callbacks).start()
    assert waits.wait(PATIENCE_S)
    run.cancel("enough")
    assert run.wait(PATIENCE_S)
    assert seen == ["cancelled"]
    assert run.status == "cancelled"
    assert run.results == {"a": "a"}


def test_a_handler_that_changes_its_inputs_changes_them_for_nobody_else() -> None:
    async def spoils(context: Values, inputs: Values) -> str:
        inputs.clear()
        return "spoiled"

    executor = flow(step("a"), step("b", "a", handler=spoils), step("c", "a", "b"))
    assert [results(finished(executor)) for _ in range(2)] == [{"a": "a", "b": "spoiled", "c": "c"}] * 2


def _calls_in_a_run(executor: FlowExecutor) -> int:
    """Python function calls in the thread of a run, the first of this executor left out, in which it is planned."""
    finished(executor)
    calls = 0

    def count(frame: Any, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    def ended(run: FlowRun) -> None:
        assert run.wait(PATIENCE_S)
        assert run.status == "success"

    before = sys.getprofile()
    threading.setprofile(count)
    try:
        ended(executor.start())
    finally:
        threading.setprofile(before)
    return calls


def _chain(count: int) -> FlowExecutor:
    return flow(*(step(f"s{n}", *([f"s{n - 1}"] if n else [])) for n in range(count)))


def _fan(count: int) -> FlowExecutor:
    middle = [f"s{n}" for n in range(count - 2)]
    return flow(step("first"), *(step(name, "first") for name in middle), step("last", *middle))


@pytest.mark.parametrize("shape", [_chain, _fan])
def test_the_work_of_a_run_grows_with_its_steps_and_not_faster(shape: Callable[[int], FlowExecutor]) -> None:
    small, large = (_calls_in_a_run(shape(count)) for count in (200, 800))
    assert small > 200 * 10
    assert large < 4.2 * small
