"""Short ways to a FlowExecutor: from a list of dictionaries, or from functions that follow one another."""

from collections.abc import Sequence
from typing import Any

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.execution import FlowExecutor
from octopus.flow.steps import ExecutionStep, Handler

__all__ = ["quick_flow", "run_pipeline"]


def quick_flow(steps: Sequence[dict[str, Any]], graph_id: str = "quick-flow", **options: Any) -> FlowExecutor:
    """An executor of steps written as dictionaries: `id`, and optionally `depends_on` (ids, or one as a text),
    `handler`, `duration` (seconds, 1) and `node`. `options`: further arguments of FlowExecutor. Raises TypeError for a
    step without `id` and for a key that no step has."""
    return FlowExecutor(graph_id, [_step(**step) for step in steps], **options)


def run_pipeline(
    handlers: Sequence[Handler], graph_id: str = "pipeline", callbacks: Sequence[FlowCallback] | None = None
) -> FlowExecutor:
    """An executor of these functions one after the other. A node's id is its function's name (`step_<n>` for one
    without, n from 0), under which the next function finds its result among its inputs."""
    names = [getattr(handler, "__name__", f"step_{number}") for number, handler in enumerate(handlers)]
    steps = [
        ExecutionStep(name, depends_on=names[number - 1 : number] if number else [], handler=handler)
        for number, (name, handler) in enumerate(zip(names, handlers, strict=True))
    ]
    return FlowExecutor(graph_id, steps, list(callbacks or ()))


def _step(*, id: str, **more: Any) -> ExecutionStep:
    return ExecutionStep(id, **more)
