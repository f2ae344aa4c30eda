"""Callbacks: hooks around a flow, and the ready-made ones."""

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.control import CancelFlowException, RetryNodeException, SkipNodeException
from octopus.flow.state import FlowState

__all__ = ["CancelFlowException", "FlowCallback", "FlowState", "RetryNodeException", "SkipNodeException"]
