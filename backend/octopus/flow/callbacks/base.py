"""FlowCallback: hooks around a flow, its nodes and its edges."""

from octopus.flow.state import FlowState


class FlowCallback:
    """Derive from it and override the hooks you need. `order`: callbacks with lower ones are asked first.

    For each node that runs, in this order: before_edge (for each edge that delivered to it), before_node, its body,
    after_node, after_edge. Nodes that do not depend on one another overlap; the state given to a hook is bound to the
    hook's own step. A hook may be `async`. Hooks of one executor serve all its runs: what belongs to one run belongs on
    the state or into its context.

    Three exceptions steer the flow:

    - SkipNodeException: from a node's hooks, on_error among them, the node is skipped and what depends on it goes on;
      from before_flow every node is.
    - CancelFlowException: the flow ends as cancelled, from any hook; from after_flow, whose work is done, the flow's
      last message is the cancellation.
    - RetryNodeException: from a node's hooks the node begins again; from before_flow that hook's round does.

    In after_flow and on_cancel nothing is left to skip or to repeat: there these two, and in on_cancel all three, are
    only logged. So is any other exception of a hook, anywhere: it does not disturb the flow.
    """

    order: int = 0

    def before_flow(self, state: FlowState) -> None:
        """Once, before anything runs."""

    def after_flow(self, state: FlowState) -> None:
        """Once, after everything: success, failure or cancellation."""

    def before_node(self, state: FlowState) -> None:
        """Before each call of a node's body."""

    def after_node(self, state: FlowState) -> None:
        """After a node's body, also if it failed or asked to be skipped."""

    def before_edge(self, state: FlowState) -> None:
        """Before a node, for each edge that delivered to it: `state.current_edge`."""

    def after_edge(self, state: FlowState) -> None:
        """After the node's after_node, for the same edges."""

    def on_error(self, state: FlowState, exc: Exception) -> None:
        """When a node's body raised `exc`."""

    def on_cancel(self, state: FlowState) -> None:
        """Once, when the flow is cancelled, before after_flow."""
