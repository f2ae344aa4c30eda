"""Body: what is called at a node: its handler, what its typed node executes, a declared wait, or nothing at all."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from octopus.flow.faults import FlowFault
from octopus.flow.steps import ExecutionStep
from octopus.flow.types import FlowNode, execute

SIMULATED = "simulated"
"""What the messages of a step say that only waits its declared duration."""

Values = dict[str, Any]
BodyKind = Literal["async", "sync", "simulated", "passing"]


@dataclass(frozen=True, slots=True)
class Body:
    """`call(context, inputs)`. `kind`: `async` is awaited; `sync` is called in a thread; `simulated` is awaited, and
    chooses no branch; `passing` hands on what comes in."""

    kind: BodyKind
    call: Callable[[Values, Values], Any]

    @property
    def note(self) -> str | None:
        return SIMULATED if self.kind == "simulated" else None


def pass_on(context: Values, inputs: Values) -> Any:
    """The one value that comes in; of several a dictionary, per node; None if there is none."""
    return inputs if len(inputs) > 1 else next(iter(inputs.values()), None)


PASSING = Body("passing", pass_on)


class Bodies:
    """Finds the bodies of a flow's steps; what many steps share is looked at once."""

    def __init__(self) -> None:
        self._known: dict[int, Body] = {}

    def of(self, step: ExecutionStep) -> Body:
        """Raises FlowFault for a handler that cannot be called."""
        if step.handler is not None:
            return self._of_handler(step.node_id, step.handler)
        if isinstance(step.node, FlowNode):
            own = execute.dispatch(type(step.node))
            if own is not execute.dispatch(FlowNode):
                return _body(own, partial(own, step.node))
        return Body("simulated", partial(_wait, step))

    def _of_handler(self, node_id: str, handler: Callable[..., Any]) -> Body:
        known = self._known.get(id(handler))
        if known is not None:
            return known
        if not callable(handler):
            raise FlowFault(f"The handler of step {node_id!r} is a {type(handler).__name__}, not a function.", node_id)
        body = self._known[id(handler)] = _body(handler, _positional(handler))
        return body


def _body(function: Callable[..., Any], call: Callable[[Values, Values], Any]) -> Body:
    called = type(function).__call__
    is_async = inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(called)
    return Body("async" if is_async else "sync", call)


def _positional(handler: Callable[..., Any]) -> Callable[[Values, Values], Any]:
    """A handler that names its parameters `context` and `inputs` gets them by name, in whatever order it has them."""
    try:
        parameters = inspect.signature(handler).parameters
    except (TypeError, ValueError):  # Some built-in functions do not tell.
        return handler
    names = [name for name, one in parameters.items() if one.kind is not inspect.Parameter.VAR_KEYWORD]
    takes_any = len(names) < len(parameters)
    if names[:2] == ["context", "inputs"] and parameters["inputs"].kind is not inspect.Parameter.KEYWORD_ONLY:
        return handler
    if {"context", "inputs"} <= set(names) or (takes_any and not names):
        return lambda context, inputs: handler(context=context, inputs=inputs)
    return handler


async def _wait(step: ExecutionStep, context: Values, inputs: Values) -> dict[str, Any]:
    await asyncio.sleep(step.duration)
    return {"status": "completed", "node_id": step.node_id, "simulated": True}


def awaited(result: Any) -> Awaitable[Any] | None:
    """What is still to be awaited of the result of an ordinary function; None if nothing."""
    return result if inspect.isawaitable(result) else None
