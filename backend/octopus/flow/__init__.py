"""octopus.flow: flows of Python handlers, with typed nodes, callbacks and live status, on octopus' own engine."""

from octopus.flow.choice import Choice
from octopus.flow.drawing import Drawing, DrawnEdge, DrawnNode
from octopus.flow.execution import (
    ExecutionStep,
    FlowExecutor,
    FlowRun,
    edge_status,
    execution_complete,
    execution_error,
    node_status,
    run_sequential,
)

__all__ = [
    "Choice",
    "Drawing",
    "DrawnEdge",
    "DrawnNode",
    "ExecutionStep",
    "FlowExecutor",
    "FlowRun",
    "edge_status",
    "execution_complete",
    "execution_error",
    "node_status",
    "run_sequential",
]
