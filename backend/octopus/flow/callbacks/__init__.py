"""Callbacks: hooks around a flow, the exceptions that steer it, and the ready-made ones."""

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.callbacks.logged import LoggingCallback
from octopus.flow.callbacks.mlflow_tracking import MLflowCallback
from octopus.flow.callbacks.progress import ProgressCallback
from octopus.flow.callbacks.retry import RetryCallback
from octopus.flow.callbacks.sse import SSECallback
from octopus.flow.callbacks.timing import TimingCallback
from octopus.flow.callbacks.validation import ValidationCallback
from octopus.flow.control import CancelFlowException, RetryNodeException, SkipNodeException
from octopus.flow.state import FlowState

__all__ = [
    "CancelFlowException",
    "FlowCallback",
    "FlowState",
    "LoggingCallback",
    "MLflowCallback",
    "ProgressCallback",
    "RetryCallback",
    "RetryNodeException",
    "SSECallback",
    "SkipNodeException",
    "TimingCallback",
    "ValidationCallback",
]
