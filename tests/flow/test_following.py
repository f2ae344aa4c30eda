"""Following a run: every client reads the same messages, whenever it comes and however often it leaves."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from octopus.flow import EventStream, FlowExecutor, run_sequential
from tests.support.flow_runs import PATIENCE_S, finished, flow, read, simulated, statuses, step, told

Values = dict[str, Any]


class Gate:
    """A handler that waits until the test lets it go."""

    def __init__(self) -> None:
        self.begun, self.open = threading.Event(), threading.Event()

    def __call__(self, context: Values, inputs: Values) -> str:
        self.begun.set()
        assert self.open.wait(PATIENCE_S)
        return "through"


async def _all(messages: AsyncIterator[str]) -> list[str]:
    return [message async for message in messages]


def _gated() -> tuple[FlowExecutor, Gate]:
    gate = Gate()
    return flow(step("a"), step("gate", "a", handler=gate), step("b", "gate")), gate


def test_early_late_and_concurrent_clients_read_the_same() -> None:
    executor, gate = _gated()
    run = executor.start()

    async def clients() -> list[list[str]]:
        early = [asyncio.create_task(_all(run.follow())) for _ in range(3)]
        await asyncio.to_thread(gate.begun.wait, PATIENCE_S)
        middle = asyncio.create_task(_all(run.follow()))
        await asyncio.sleep(0)
        gate.open.set()
        return [*await asyncio.gather(*early, middle), await _all(run.follow())]

    first, *others = asyncio.run(clients())
    assert len(first) == run.message_count
    assert all(other == first for other in others)


def test_ids_count_from_one_without_a_gap_and_a_client_resumes_after_the_one_it_has() -> None:
    run = finished(flow(step("a"), step("b", "a")))
    whole = asyncio.run(_all(run.follow()))
    assert [message.split("\n")[0] for message in whole] == [f"id: {n}" for n in range(1, len(whole) + 1)]
    for after in range(len(whole) + 1):
        assert asyncio.run(_all(run.follow(after))) == whole[after:]
    assert asyncio.run(_all(run.follow(999))) == []
    assert asyncio.run(_all(run.follow(-5))) == whole


def test_a_client_that_leaves_ends_nothing() -> None:
    executor, gate = _gated()

    async def leave() -> None:
        messages = executor.run()
        async for message in messages:
            if read(message)[1].get("nodeId") == "gate" and read(message)[1]["status"] == "running":
                break
        await messages.aclose()  # type: ignore[attr-defined]

    asyncio.run(leave())
    assert gate.begun.wait(PATIENCE_S)
    gate.open.set()


def test_a_run_goes_on_after_the_event_loop_of_its_reader_is_gone() -> None:
    executor, gate = _gated()
    run = executor.start()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(_all(run.follow()), 0.05)

    asyncio.run(give_up())
    gate.open.set()
    assert run.wait(PATIENCE_S)
    assert run.status == "success"


def test_a_client_is_told_while_the_run_goes_on() -> None:
    executor, gate = _gated()

    async def watch() -> list[str]:
        seen = []
        async for message in executor.run():
            seen.append(read(message)[1].get("status", "end"))
            if not gate.open.is_set() and seen.count("running") == 3:
                gate.open.set()
        return seen

    assert asyncio.run(watch())[-1] == "end"


def test_cancel_ends_a_run_from_any_thread() -> None:
    begun = threading.Event()

    async def endless(context: Values, inputs: Values) -> None:
        begun.set()
        await asyncio.Event().wait()

    run = flow(step("a", handler=endless), step("b", "a")).start()
    assert begun.wait(PATIENCE_S)
    run.cancel("the window was closed")
    run.cancel("again")
    assert run.wait(PATIENCE_S)
    assert told(run)[-1] == ("error", {"error": True, "message": "Flow cancelled: the window was closed"})
    assert statuses(run) == {"a": "cancelled", "b": "cancelled"}
    edges = [data["animated"] for event, data in told(run) if event == "edgeStatus"]
    assert not any(edges[-1:])
    run.cancel("too late")
    assert run.status == "cancelled"


def test_a_cancel_does_not_wait_for_a_function_that_cannot_be_interrupted() -> None:
    executor, gate = _gated()
    run = executor.start()
    assert gate.begun.wait(PATIENCE_S)
    run.cancel()
    assert run.wait(PATIENCE_S)
    assert statuses(run) == {"a": "success", "gate": "cancelled", "b": "cancelled"}
    gate.open.set()


def test_a_handler_that_does_not_obey_is_cancelled_all_the_same() -> None:
    begun = threading.Event()

    async def stubborn(context: Values, inputs: Values) -> str:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "I finished"
        return ""

    run = flow(step("a", handler=stubborn)).start()
    assert begun.wait(PATIENCE_S)
    run.cancel()
    assert run.wait(PATIENCE_S)
    assert run.status == "cancelled"
    assert not {"pending", "running"} & set(statuses(run).values())


def test_a_long_chain_of_steps_that_never_wait_can_be_cancelled() -> None:
    reached, requested = threading.Event(), threading.Event()

    async def tick(context: Values, inputs: Values) -> None:
        context["n"] += 1
        if context["n"] == 50:
            reached.set()
            assert requested.wait(PATIENCE_S)

    steps = [step("s0", handler=tick), *(step(f"s{n}", f"s{n - 1}", handler=tick) for n in range(1, 500))]
    run = flow(*steps).start({"n": 0})
    assert reached.wait(PATIENCE_S)
    run.cancel()
    requested.set()
    assert run.wait(PATIENCE_S)
    assert run.status == "cancelled"


def test_runs_of_one_executor_do_not_disturb_one_another() -> None:
    together = threading.Barrier(8)

    def own(context: Values, inputs: Values) -> int:
        together.wait(PATIENCE_S)
        context["n"] += 1
        return int(context["n"])

    executor = flow(step("a", handler=own), step("b", "a"))
    runs = [executor.start({"n": 10 * number}) for number in range(8)]
    assert all(run.wait(PATIENCE_S) for run in runs)
    assert [run.results["a"] for run in runs] == [10 * number + 1 for number in range(8)]
    assert len({run.id for run in runs}) == 8
    bodies = [[message.split("\n", 1)[1] for message in run.messages()][:-1] for run in runs]
    assert all(body == bodies[0] for body in bodies)


def test_a_handler_that_blocks_does_not_hold_up_the_server() -> None:
    """The handler blocks its run's event loop until the server's has answered something else."""
    answered = threading.Event()

    async def block(context: Values, inputs: Values) -> None:
        assert answered.wait(PATIENCE_S)

    async def serve() -> None:
        follower = asyncio.create_task(_all(flow(step("a", handler=block)).run()))
        await asyncio.sleep(0.05)
        answered.set()
        assert read((await follower)[-1])[0] == "complete"

    asyncio.run(serve())


def test_an_event_stream_answers_in_any_route() -> None:
    app = FastAPI()
    executor = flow(step("a"))

    @app.get("/execute")
    async def execute() -> EventStream:
        return EventStream(executor.run_with_results(context={"config": "prod"}))

    with TestClient(app) as client:
        answer = client.get("/execute")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert 'event: complete\ndata: {"completed": true' in answer.text


def test_run_sequential_simulates_one_step_after_the_other() -> None:
    messages = [read(message) for message in asyncio.run(_all(run_sequential(["a", "b"], "g", duration=0)))]
    running = [data["nodeId"] for _, data in messages if data.get("status") == "running" and "nodeId" in data]
    assert running == ["a", "b"]
    assert messages[-1][0] == "complete"


def test_the_results_are_objects_for_the_program_and_readable_in_the_last_message() -> None:
    marker = object()

    async def make(context: Values, inputs: Values) -> Any:
        return {"marker": marker, "accuracy": float("nan")}

    run = finished(flow(step("a", handler=make)))
    assert run.results["a"]["marker"] is marker
    assert told(run)[-1][1]["results"]["a"]["accuracy"] == "NaN"


def test_a_simulated_step_keeps_its_delay_out_of_the_messages_order() -> None:
    run = finished(flow(simulated("slow", duration=0.1), step("quick")))
    ended = [data["nodeId"] for event, data in told(run) if data.get("status") == "success" and event == "nodeStatus"]
    assert ended == ["quick", "slow"]
