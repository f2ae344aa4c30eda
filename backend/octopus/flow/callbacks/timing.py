"""TimingCallback: how long the flow took."""

import time

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.state import FlowState


class TimingCallback(FlowCallback):
    """After the flow `context["total_execution_time"]` holds its seconds; `state.node_times` those of each node, which
    the run keeps with or without this callback."""

    order = 5

    def before_flow(self, state: FlowState) -> None:
        state.start_time = time.time()

    def after_flow(self, state: FlowState) -> None:
        state.context["total_execution_time"] = time.time() - state.start_time
