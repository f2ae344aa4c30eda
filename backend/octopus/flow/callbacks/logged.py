"""LoggingCallback: what happens, as lines of a log."""

import logging
import sys

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.state import FlowState, node_id_of


class LoggingCallback(FlowCallback):
    """`logger`: None for `octopus.flow`. `level`: of all lines but those about errors. Where logging is not configured
    to show lines of that level, they are printed to standard error."""

    order = 10

    def __init__(self, logger: logging.Logger | None = None, level: int = logging.INFO) -> None:
        self.logger = logger or logging.getLogger("octopus.flow")
        self.level = level
        self._may_print = logger is None

    def before_flow(self, state: FlowState) -> None:
        self._say(self.level, f"Flow {state.graph_id} started with {len(state.nodes)} nodes")

    def before_node(self, state: FlowState) -> None:
        self._say(self.level, f"Node {node_id_of(state.current_node)} started")

    def after_node(self, state: FlowState) -> None:
        node_id = node_id_of(state.current_node)
        failed = any(error["node_id"] == node_id for error in state.errors)
        ended = "was skipped" if state.skip_current else "failed" if failed else "succeeded"
        self._say(self.level, f"Node {node_id} {ended} after {state.node_times.get(node_id or '', 0.0):.2f} s")

    def on_error(self, state: FlowState, exc: Exception) -> None:
        self._say(logging.ERROR, f"Node {node_id_of(state.current_node)} raised {type(exc).__name__}: {exc}")

    def on_cancel(self, state: FlowState) -> None:
        self._say(self.level, f"Flow {state.graph_id} is being cancelled")

    def after_flow(self, state: FlowState) -> None:
        ended = "was cancelled" if state.cancelled else "failed" if state.has_errors else "succeeded"
        self._say(self.level, f"Flow {state.graph_id} {ended} after {state.total_time:.2f} s")

    def _say(self, level: int, line: str) -> None:
        is_shown = self.logger.isEnabledFor(level) and self.logger.hasHandlers()
        if is_shown or not self._may_print:
            self.logger.log(level, line)
        else:
            print(line, file=sys.stderr, flush=True)
