"""Hooks that raise what would end a program, and hooks that are cancelled: the run has its last message anyhow."""

import asyncio
import threading
from typing import Any

import pytest

from octopus.flow.callbacks import CancelFlowException, FlowCallback, FlowState
from tests.support.flow_runs import PATIENCE_S, finished, flow, last, statuses, step

Values = dict[str, Any]
HOOKS = ("before_flow", "after_flow", "before_node", "after_node", "before_edge", "after_edge", "on_error", "on_cancel")


class Breaking(FlowCallback):
    def __init__(self, hook: str, exc: BaseException) -> None:
        def break_off(state: FlowState, *more: Any) -> None:
            raise exc

        setattr(self, hook, break_off)


@pytest.mark.parametrize("hook", HOOKS)
@pytest.mark.parametrize("exc", [asyncio.CancelledError(), SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_whatever_a_hook_raises_the_run_has_a_last_message(hook: str, exc: BaseException) -> None:
    async def handler(context: Values, inputs: Values) -> None:
        match hook:
            case "on_error":
                raise ValueError("boom")
            case "on_cancel":
                raise CancelFlowException

    run = finished(flow(step("a"), step("b", "a", handler=handler), callbacks=[Breaking(hook, exc)]))
    assert last(run)[0] in ("complete", "error")


def test_a_node_that_is_cancelled_while_its_hook_waits_ends() -> None:
    begun = threading.Event()

    class Waits(FlowCallback):
        async def before_node(self, state: FlowState) -> None:  # type: ignore[override]
            begun.set()
            await asyncio.Event().wait()

    run = flow(step("a"), callbacks=[Waits()]).start()
    assert begun.wait(PATIENCE_S)
    run.cancel()
    assert run.wait(PATIENCE_S)
    assert statuses(run) == {"a": "cancelled"}
