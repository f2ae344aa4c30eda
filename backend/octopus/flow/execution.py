"""FlowExecutor: runs a flow of Python handlers on octopus' engine and tells what happens."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from octopus.flow.blueprint import LastBlueprint
from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.choice import Choice
from octopus.flow.drawing import Drawable, Drawing
from octopus.flow.messages import edge_status, execution_complete, execution_error, node_status
from octopus.flow.run import FlowRun
from octopus.flow.steps import ExecutionStep
from octopus.flow.thread import Order, begin

__all__ = [
    "Choice",
    "ExecutionStep",
    "FlowExecutor",
    "FlowRun",
    "edge_status",
    "execution_complete",
    "execution_error",
    "node_status",
    "run_sequential",
]


@dataclass
class FlowExecutor:
    """A flow: its steps, who listens, and how it is drawn.

    `graph_id`: the id of the drawn graph. `steps`: in any order; `depends_on` gives the order, and steps that do not
    depend on one another run at the same time. `callbacks`: asked by ascending `order`. `drawing`: a Drawing or an
    editor that has one; it adds ports, labels and loops. None: `depends_on` alone is the graph.
    """

    graph_id: str
    steps: list[ExecutionStep] = field(default_factory=list)
    callbacks: list[FlowCallback] = field(default_factory=list)
    drawing: Drawing | Drawable | None = None
    _blueprints: LastBlueprint = field(default_factory=LastBlueprint, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self.callbacks = sorted(self.callbacks, key=lambda callback: callback.order)

    def start(
        self, context: dict[str, Any] | None = None, *, reset_first: bool = True, drawing: Drawing | None = None
    ) -> FlowRun:
        """Begin a run in a thread of its own and return at once, also for a flow that is not valid: its only message is
        then the error. `context`: copied, then shared by the handlers of this run. `reset_first`: begin by telling that
        every node is pending. `drawing`: in place of the executor's own."""
        drawn = self.drawing if drawing is None else drawing
        if drawn is not None and not isinstance(drawn, Drawing):
            drawn = drawn.drawing()
        return begin(
            Order(
                self.graph_id,
                tuple(self.steps),
                tuple(self.callbacks),
                Drawing(self.graph_id) if drawn is None else drawn,
                dict(context or {}),
                reset_first,
                self._blueprints,
            )
        )

    async def run(
        self,
        context: dict[str, Any] | None = None,
        reset_first: bool = True,
        pre_delay: float = 0.3,
        post_delay: float = 0.2,
    ) -> AsyncIterator[str]:
        """Begin a run and follow it: its messages as server-sent events, the last one `complete` or `error`. Leaving
        the iteration does not end the run.

        `pre_delay`, `post_delay`: fastflow's pauses before the first and after each step, in seconds, so that a browser
        can keep up. Here every reader gets every message at its own pace, so they are accepted and not waited for.
        """
        async for message in self.start(context, reset_first=reset_first).follow():
            yield message

    async def run_with_results(self, context: dict[str, Any] | None = None) -> AsyncIterator[str]:
        """The same as `run`: `complete` always carries the results."""
        async for message in self.run(context):
            yield message


async def run_sequential(node_ids: list[str], graph_id: str | None = None, duration: float = 1.0) -> AsyncIterator[str]:
    """Run simulated steps one after the other, each `duration` seconds long. Yields server-sent events."""
    steps = [
        ExecutionStep(node_id, depends_on=node_ids[number - 1 : number] if number else [], duration=duration)
        for number, node_id in enumerate(node_ids)
    ]
    async for message in FlowExecutor(graph_id or "sequential", steps).run():
        yield message
