"""SSECallback: the messages of a flow gathered by a callback, for programs that send them themselves."""

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.messages import raw_complete, raw_edge_status, raw_error, raw_node_status
from octopus.flow.state import FlowState, node_id_of


class SSECallback(FlowCallback):
    """Gathers server-sent events until `get_messages` takes them. `FlowExecutor.run` needs none: a run tells its
    messages itself. One instance per run; a new run begins with an empty list."""

    order = 100

    def __init__(self) -> None:
        self.messages: list[str] = []

    def before_flow(self, state: FlowState) -> None:
        self.messages.clear()
        for node in state.nodes:
            self._tell(state, node, "pending")

    def before_node(self, state: FlowState) -> None:
        self._tell(state, state.current_node, "running")

    def after_node(self, state: FlowState) -> None:
        failed = any(error["node_id"] == node_id_of(state.current_node) for error in state.errors)
        status = "skipped" if state.skip_current else "error" if failed else "success"
        self._tell(state, state.current_node, status)

    def before_edge(self, state: FlowState) -> None:
        if state.current_edge is not None:
            self.messages.append(raw_edge_status(*state.current_edge, "running", animated=True, graphId=state.graph_id))

    def after_edge(self, state: FlowState) -> None:
        if state.current_edge is not None:
            self.messages.append(raw_edge_status(*state.current_edge, "success", graphId=state.graph_id))

    def after_flow(self, state: FlowState) -> None:
        if state.cancelled:
            self.messages.append(raw_error("Flow cancelled"))
        elif state.has_errors:
            self.messages.append(raw_error(state.errors[0]["message"], nodeId=state.errors[0]["node_id"]))
        else:
            self.messages.append(raw_complete("Execution completed successfully", state.results))

    def get_messages(self) -> list[str]:
        """The messages since the last call, each a whole server-sent event."""
        taken, self.messages = self.messages, []
        return taken

    def _tell(self, state: FlowState, node: object, status: str) -> None:
        node_id = node_id_of(node)
        if node_id is not None:
            self.messages.append(raw_node_status(node_id, status, graphId=state.graph_id))
