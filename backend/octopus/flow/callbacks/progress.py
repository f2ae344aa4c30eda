"""ProgressCallback: how much of the flow is done."""

from collections.abc import Callable

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.state import FlowState, node_id_of

DONE = 100.0


class ProgressCallback(FlowCallback):
    """`on_progress(percent, node_id)` is called after each node, from the run's thread, and once more with exactly 100
    and "" if the last nodes of a flow did not run; None: nothing is called. `context["progress_percent"]` holds the
    same number. Skipped nodes count as done; a loop that repeats nodes takes the number back. A cancelled flow stays
    where it was."""

    order = 90

    def __init__(self, on_progress: Callable[[float, str], None] | None = None) -> None:
        self.on_progress = on_progress

    def after_node(self, state: FlowState) -> None:
        node_id = node_id_of(state.current_node) or ""
        state.ended.add(node_id)
        self._report(state, DONE * state.progress, node_id)

    def after_flow(self, state: FlowState) -> None:
        if not state.cancelled and state.context.get("progress_percent") != DONE:
            self._report(state, DONE, "")

    def _report(self, state: FlowState, percent: float, node_id: str) -> None:
        state.context["progress_percent"] = percent
        if self.on_progress is not None:
            self.on_progress(percent, node_id)
