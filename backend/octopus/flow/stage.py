"""Stage: what all attempts of one run share; and Outcome, how one of them ended."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from octopus.flow.blueprint import Place
from octopus.flow.hooks import Hooks
from octopus.flow.in_thread import Threads
from octopus.flow.run import FlowRun
from octopus.flow.state import FlowState

NO_PORTS: frozenset[str] = frozenset()


class Outcome(NamedTuple):
    """How an attempt ended. `emitted`: the engine's ports; all of them for a skipped node, so that what depends on it
    goes on. `reason`: of a failure. `cancels`: the flow is to be cancelled, for this reason ("": none given); None: it
    goes on."""

    status: Literal["success", "skipped", "error", "cancelled"]
    emitted: frozenset[str] = NO_PORTS
    reason: str = ""
    cancels: str | None = None


@dataclass(slots=True)
class Stage:
    """`carried`: per node that a loop made begin again the result of its iteration before, for what the loop feeds.
    `cancelling`: ids of the nodes whose attempts were told to end. `skips_all`: before_flow wanted every node
    skipped."""

    run: FlowRun
    hooks: Hooks
    state: FlowState
    threads: Threads = field(default_factory=Threads)
    carried: dict[str, object] = field(default_factory=dict)
    cancelling: set[str] = field(default_factory=set)
    skips_all: bool = False

    def begin(self, node_id: str, message: str | None) -> None:
        """The node's body is called."""
        self.state.statuses[node_id] = "running"
        self.run.tell_node(node_id, "running", message)

    def end(self, node_id: str, status: str, message: str | None = None) -> None:
        """The node has its final status, until a loop makes it begin again."""
        self.state.statuses[node_id] = status
        self.state.ended.add(node_id)
        self.run.tell_node(node_id, status, message)

    def succeed(self, place: Place) -> None:
        """The node and all edges into it have ended well."""
        node_id = place.step.node_id
        self.state.statuses[node_id] = "success"
        self.state.ended.add(node_id)
        self.run.tell(place.course.succeeds)

    def begin_again(self, node_id: str) -> None:
        """A loop repeats the node."""
        state = self.state
        if node_id in state.results:
            self.carried[node_id] = state.results.pop(node_id)
        state.ended.discard(node_id)
        if state.statuses.get(node_id) != "pending":
            state.statuses[node_id] = "pending"
            self.run.tell_node(node_id, "pending")
