"""The order of a flow: what waits for what, what runs at the same time, what a handler gets."""

import asyncio
import threading
import time
from functools import partial
from typing import Any

import pytest

from octopus.flow import ExecutionStep
from tests.support.flow_runs import (
    failure,
    finished,
    flow,
    history,
    last,
    read,
    results,
    simulated,
    statuses,
    step,
    told,
)

Values = dict[str, Any]


def test_a_chain_hands_each_result_to_the_step_that_depends_on_it() -> None:
    async def double(context: Values, inputs: Values) -> int:
        return int(inputs["load"]) * 2

    async def load(context: Values, inputs: Values) -> int:
        return 21

    run = finished(flow(step("save", "process"), step("process", "load", handler=double), step("load", handler=load)))
    assert results(run) == {"save": "save", "process": 42, "load": 21}


def test_every_message_of_a_run_comes_in_the_order_of_the_contract() -> None:
    run = finished(flow(step("a"), step("b", "a")))
    node = "nodeStatus"
    assert told(run) == [
        (node, {"nodeId": "a", "status": "pending", "graphId": "g"}),
        (node, {"nodeId": "b", "status": "pending", "graphId": "g"}),
        (node, {"nodeId": "a", "status": "running", "graphId": "g"}),
        (node, {"nodeId": "a", "status": "success", "graphId": "g"}),
        ("edgeStatus", {"sourceId": "a", "targetId": "b", "status": "running", "animated": True}),
        (node, {"nodeId": "b", "status": "running", "graphId": "g"}),
        (node, {"nodeId": "b", "status": "success", "graphId": "g"}),
        ("edgeStatus", {"sourceId": "a", "targetId": "b", "status": "success", "animated": False}),
        (
            "complete",
            {"completed": True, "message": "Execution completed successfully", "results": {"a": "a", "b": "b"}},
        ),
    ]


def test_steps_that_do_not_depend_on_one_another_run_at_the_same_time() -> None:
    both_begun = asyncio.Barrier(2)

    async def meet(context: Values, inputs: Values) -> None:
        await asyncio.wait_for(both_begun.wait(), 30)

    assert last(finished(flow(step("a", handler=meet), step("b", handler=meet))))[0] == "complete"


def test_two_independent_steps_of_half_a_second_take_at_most_six_tenths() -> None:
    """The best of a few: a machine that is busy with something else proves nothing."""
    for _ in range(5):
        began = time.perf_counter()
        finished(flow(simulated("a", duration=0.5), simulated("b", duration=0.5)))
        seconds = time.perf_counter() - began
        if seconds <= 0.6:
            return
    pytest.fail(f"the last of five took {seconds:.2f} s")


def test_ordinary_functions_run_in_threads_and_at_the_same_time() -> None:
    both_begun = threading.Barrier(2)
    names: list[str] = []

    def meet(context: Values, inputs: Values) -> str:
        names.append(threading.current_thread().name)
        both_begun.wait(30)
        return "met"

    run = finished(flow(step("a", handler=meet), step("b", handler=meet)))
    assert results(run) == {"a": "met", "b": "met"}
    assert set(names) == {"flow-step"}


def test_a_fan_of_two_thousand_steps_joins_again() -> None:
    middle = [step(f"m{n}", "first") for n in range(2_000)]
    run = finished(flow(step("first"), *middle, step("end", *(one.node_id for one in middle))))
    assert last(run)[0] == "complete"
    assert len(run.results) == 2_002


def test_a_chain_of_two_thousand_ordinary_steps_is_no_recursion() -> None:
    steps = [step("s0"), *(step(f"s{n}", f"s{n - 1}") for n in range(1, 2_000))]
    assert last(finished(flow(*steps)))[0] == "complete"


class Adder:
    def __init__(self, by: int) -> None:
        self.by = by

    async def __call__(self, context: Values, inputs: Values) -> int:
        return 1 + self.by

    def method(self, context: Values, inputs: Values) -> int:
        return 2 + self.by


async def _swapped(inputs: Values, context: Values) -> tuple[int, Values]:
    return context["n"], inputs


async def _by_name(*, context: Values, inputs: Values) -> int:
    return int(context["n"])


def _other_names(ctx: Values, upstream: Values) -> int:
    return int(ctx["n"])


def _takes_all(**named: Any) -> list[str]:
    return sorted(named)


@pytest.mark.parametrize(
    ("handler", "result"),
    [
        (Adder(1), 2),
        (Adder(1).method, 3),
        (partial(_other_names), 7),
        (_swapped, [7, {}]),
        (_by_name, 7),
        (_other_names, 7),
        (_takes_all, ["context", "inputs"]),
        (lambda context, inputs: asyncio.sleep(0, "awaited"), "awaited"),
    ],
)
def test_anything_that_can_be_called_is_a_handler(handler: Any, result: Any) -> None:
    assert results(finished(flow(step("a", handler=handler)), {"n": 7})) == {"a": result}


def test_handlers_share_a_context_that_is_the_runs_own() -> None:
    async def count(context: Values, inputs: Values) -> int:
        context["n"] += 1
        return int(context["n"])

    executor = flow(step("a", handler=count), step("b", "a", handler=count))
    mine = {"n": 0}
    assert results(finished(executor, mine)) == {"a": 1, "b": 2}
    assert mine == {"n": 0}


def test_a_step_without_a_handler_waits_its_duration_and_is_called_simulated() -> None:
    began = time.perf_counter()
    run = finished(flow(simulated("a", duration=0.2)))
    assert time.perf_counter() - began >= 0.2
    messages = [data.get("message") for event, data in told(run) if event == "nodeStatus"]
    assert messages == [None, "simulated", "simulated"]
    assert results(run) == {"a": {"status": "completed", "node_id": "a", "simulated": True}}


def test_a_failed_step_skips_its_dependents_and_nothing_else() -> None:
    async def fail(context: Values, inputs: Values) -> None:
        raise ValueError("no such file")

    run = finished(
        flow(step("a", handler=fail), step("b", "a"), step("c", "b"), step("other"), step("d", "c", "other"))
    )
    assert statuses(run) == {"a": "error", "b": "skipped", "c": "skipped", "d": "skipped", "other": "success"}
    assert last(run) == ("error", {"error": True, "message": "no such file", "nodeId": "a"})
    assert run.status == "error"


def test_a_failed_run_never_begins_anew() -> None:
    calls: list[str] = []

    async def fail(context: Values, inputs: Values) -> None:
        calls.append("a")
        raise ValueError("no")

    run = finished(flow(step("a", handler=fail), step("b", "a")))
    assert calls == ["a"]
    assert history(run, "a") == ["pending", "running", "error"]


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit(), StopIteration(1)])
def test_not_even_an_exception_that_ends_programs_ends_a_run_without_its_last_message(error: BaseException) -> None:
    async def fail(context: Values, inputs: Values) -> None:
        raise error

    def fail_in_a_thread(context: Values, inputs: Values) -> None:
        raise error

    for handler in (fail, fail_in_a_thread):
        assert type(error).__name__ in failure(finished(flow(step("a", handler=handler))))


def test_a_handler_that_cancels_itself_fails() -> None:
    async def give_up(context: Values, inputs: Values) -> None:
        raise asyncio.CancelledError

    assert "cancelled" in failure(finished(flow(step("a", handler=give_up))))


def test_handlers_may_use_what_needs_a_task_of_asyncio() -> None:
    async def hurried(context: Values, inputs: Values) -> str:
        async with asyncio.timeout(30), asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0))
        return "done"

    assert results(finished(flow(step("a", handler=hurried)))) == {"a": "done"}


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([step("a", "b"), step("b", "a")], "cycle: a -> b -> a"),
        ([step("a", "a")], "cycle: a -> a"),
        ([step("a", "nobody")], "depends on 'nobody'"),
        ([step("a"), step("a")], "Two steps have the node_id 'a'"),
        ([ExecutionStep("a", handler="run me")], "not a function"),  # type: ignore[arg-type]
    ],
)
def test_an_invalid_flow_tells_one_error_and_nothing_else(steps: list[ExecutionStep], words: str) -> None:
    run = finished(flow(*steps))
    assert len(told(run)) == 1
    assert words in failure(run)


def test_a_flow_without_steps_completes() -> None:
    assert results(finished(flow())) == {}


def test_node_ids_are_any_texts() -> None:
    run = finished(flow(step("__start__"), step("Größe 2/3", "__start__")))
    assert set(results(run)) == {"__start__", "Größe 2/3"}


def test_pending_is_left_out_when_nothing_is_to_be_reset() -> None:
    async def messages() -> list[str]:
        return [message async for message in flow(step("a")).run(reset_first=False)]

    assert [read(message)[1].get("status") for message in asyncio.run(messages())] == ["running", "success", None]
