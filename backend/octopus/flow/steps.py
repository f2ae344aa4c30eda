"""ExecutionStep: what is to be done at one node of a flow."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Handler = Callable[..., Any]
"""`async def handler(context, inputs)` or an ordinary function, which is called in a thread. `context`: the dictionary
that all handlers of a run share; `inputs`: per node it depends on that node's result, None where it left none."""


@dataclass
class ExecutionStep:
    """One step of a flow.

    `node_id`: its node, unique within the flow. `node`: a typed node (`octopus.flow.types`); without a handler its
    dispatched `execute` is the step. `depends_on`: ids of the nodes that come first; a text alone is one id.
    `duration`: seconds that a step with neither handler nor a node that can be executed waits; its messages call it
    simulated. `handler`: what to do.
    """

    node_id: str
    node: Any = None
    depends_on: list[str] = field(default_factory=list)
    duration: float = 1.0
    handler: Handler | None = None

    def __post_init__(self) -> None:
        if self.depends_on is None:
            self.depends_on = []
        elif isinstance(self.depends_on, str):
            self.depends_on = [self.depends_on]
