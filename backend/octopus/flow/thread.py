"""A run's own thread: an event loop in which hooks and handlers run, from before_flow to the last message."""

import asyncio
import logging
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from octopus.domain.status import RunStatus
from octopus.engine.commands import CloseRun
from octopus.flow.blueprint import Blueprint, LastBlueprint
from octopus.flow.conducting import Conductor
from octopus.flow.control import CancelFlowException, RetryNodeException, SkipNodeException
from octopus.flow.drawing import Drawing
from octopus.flow.faults import FlowFault
from octopus.flow.hooks import Hooks
from octopus.flow.messages import complete_data, error_data
from octopus.flow.readable import readable_results
from octopus.flow.run import FlowRun
from octopus.flow.stage import Stage
from octopus.flow.state import FlowState
from octopus.flow.steps import ExecutionStep

COMPLETED = "Execution completed successfully"
CANCELLED = "Flow cancelled"
_log = logging.getLogger("octopus.flow")


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is to do, as it was when it began."""

    graph_id: str
    steps: Sequence[ExecutionStep]
    callbacks: Iterable[Any]
    drawing: Drawing
    context: dict[str, Any]
    tells_pending: bool
    blueprints: LastBlueprint


def begin(order: Order) -> FlowRun:
    """Start the run's thread, which is a daemon: a run ends with its program."""
    run = FlowRun(order.graph_id)
    threading.Thread(target=_live, args=(run, order), name=f"flow-{order.graph_id}", daemon=True).start()
    return run


def _live(run: FlowRun, order: Order) -> None:
    try:
        if order.drawing.graph_id != order.graph_id:
            raise FlowFault(f"The flow {order.graph_id!r} is drawn as {order.drawing.graph_id!r}; give both one id.")
        blueprint = order.blueprints.of(order.steps, order.drawing)
        asyncio.run(_play(run, order, blueprint))
    except FlowFault as fault:
        run.end("error", "error", error_data(str(fault), fault.node_id))
    except BaseException as exc:
        _log.exception("The run %s of flow %s ended for a reason that no flow should have.", run.id, run.graph_id)
        run.end("error", "error", error_data(f"{type(exc).__name__}: {exc}"))


async def _play(run: FlowRun, order: Order, blueprint: Blueprint) -> None:
    state = _state(order, blueprint)
    hooks = Hooks(order.callbacks)
    stage = Stage(run, hooks, state)
    conductor = Conductor(stage, blueprint)
    run.results = state.results
    _take_cancels(run, conductor)
    if order.tells_pending:
        run.tell(blueprint.pending)
    await _before_flow(stage, conductor)
    closing = await conductor.conduct()
    await _after_flow(stage, conductor)
    _end(run, state, blueprint, conductor, closing)


def _state(order: Order, blueprint: Blueprint) -> FlowState:
    places = blueprint.places.values()
    return FlowState(
        graph_id=order.graph_id,
        nodes=[place.node for place in places],
        edges=[(way.source, way.target) for way in blueprint.ways.values()],
        context=order.context,
        start_time=time.time(),
        steps=[place.step for place in places],
        statuses=dict.fromkeys(blueprint.places, "pending"),
    )


def _take_cancels(run: FlowRun, conductor: Conductor) -> None:
    loop = asyncio.get_running_loop()

    def cancel(reason: str) -> None:
        try:
            loop.call_soon_threadsafe(conductor.cancel, reason)
        except RuntimeError:
            return  # The loop is closed: the run is over.

    run.take_cancels(cancel)


async def _before_flow(stage: Stage, conductor: Conductor) -> None:
    rounds = 1
    while True:
        try:
            return await stage.hooks.call("before_flow", stage.state)
        except SkipNodeException:
            stage.skips_all = True
            return
        except CancelFlowException as wish:
            return conductor.cancel(str(wish))
        except RetryNodeException as wish:
            if rounds > wish.max_retries:
                return conductor.cancel(f"before_flow gave up after {rounds} rounds")
            rounds += 1
            await asyncio.sleep(wish.delay)


async def _after_flow(stage: Stage, conductor: Conductor) -> None:
    if conductor.cancelled_by is not None:
        await _last("on_cancel", stage)
    wish = await _last("after_flow", stage)
    if wish is not None and conductor.cancelled_by is None:
        stage.hooks.is_cancelled = stage.state.cancelled = True
        conductor.cancelled_by = (str(wish), None)
        await _last("on_cancel", stage)


async def _last(hook: str, stage: Stage) -> CancelFlowException | None:
    """Nothing is left to be skipped, repeated or, in on_cancel, cancelled."""
    try:
        await stage.hooks.call(hook, stage.state)
    except CancelFlowException as wish:
        return wish
    except (SkipNodeException, RetryNodeException) as wish:
        _log.warning("%s in %s is too late to change anything.", type(wish).__name__, hook)
    return None


def _end(run: FlowRun, state: FlowState, blueprint: Blueprint, conductor: Conductor, closing: CloseRun) -> None:
    conductor.close()
    if conductor.cancelled_by is not None:
        reason, node_id = conductor.cancelled_by
        run.end("cancelled", "error", error_data(f"{CANCELLED}: {reason}" if reason else CANCELLED, node_id))
    elif closing.status is not RunStatus.SUCCEEDED:
        first = state.errors[0] if state.errors else {}
        message = first.get("message", closing.reason)
        run.end("error", "error", error_data(message, first.get("node_id")))
    else:
        own = {
            node_id: state.results[node_id]
            for node_id, place in blueprint.places.items()
            if node_id in state.results and place.kind != "passing"
        }
        run.end("success", "complete", complete_data(COMPLETED, readable_results(own)))
