"""Hooks: asks the callbacks of a run, in their order, and lets through only what steers the flow."""

import asyncio
import inspect
import logging
from collections.abc import Callable, Iterable
from typing import Any

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.control import CancelFlowException, RetryNodeException, SkipNodeException
from octopus.flow.state import FlowState

NAMES = (
    "before_flow",
    "after_flow",
    "before_node",
    "after_node",
    "before_edge",
    "after_edge",
    "on_error",
    "on_cancel",
)
Hook = Callable[..., Any]
_log = logging.getLogger("octopus.flow")


class Hooks:
    """`listens`: whether any callback has anything to say at all. `is_cancelled`: the flow is being cancelled."""

    def __init__(self, callbacks: Iterable[Any]) -> None:
        ordered = sorted(callbacks, key=lambda callback: getattr(callback, "order", 0))
        self._hooks = {name: [hook for one in ordered if (hook := _own(one, name)) is not None] for name in NAMES}
        self.listens = any(self._hooks.values())
        self.is_cancelled = False

    async def call(self, name: str, state: FlowState, *more: Any) -> None:
        """Ask every callback that has this hook. Raises CancelFlowException (also when a callback has set
        `state.cancelled`), SkipNodeException and RetryNodeException of theirs; logs anything else."""
        for hook in self._hooks[name]:
            try:
                answer = hook(state, *more)
                if inspect.isawaitable(answer):
                    await answer
            except BaseException as raised:
                if _steers(raised):
                    raise
                _log.warning("The hook %s failed; the flow goes on without it.", _place(hook), exc_info=True)
        if state.cancelled and not self.is_cancelled:
            raise CancelFlowException


def _own(callback: Any, name: str) -> Hook | None:
    """The callback's hook; None if it has left the one of FlowCallback, which does nothing, as it is."""
    hook = getattr(callback, name, None)
    return None if getattr(hook, "__func__", None) is getattr(FlowCallback, name) else hook


def _steers(raised: BaseException) -> bool:
    """Whether it is meant for the flow. A CancelledError is if the node itself is cancelled while its hook waits; one
    that the hook has caught from elsewhere would end the node's worker and nothing else."""
    if isinstance(raised, asyncio.CancelledError):
        task = asyncio.current_task()
        return task is not None and task.cancelling() > 0
    return isinstance(raised, (CancelFlowException, SkipNodeException, RetryNodeException, GeneratorExit))


def _place(hook: Hook) -> str:
    owner = getattr(hook, "__self__", None)
    name = getattr(hook, "__name__", repr(hook))
    return name if owner is None else f"{type(owner).__name__}.{name}"
