"""FlowState: what a callback sees of a run, and may change."""

import time
from dataclasses import dataclass, field
from typing import Any

Times = dict[str, float]


def _nothing() -> Any:
    return None


# Every default comes from a factory: a default value would stand on the class and hide the run's from a BoundState.
@dataclass
class FlowState:
    """Where a run stands. One per run; every hook gets it bound to its own step (see `bound`).

    `graph_id`: the flow. `nodes`: all of them, each with an `id`; `edges`: (source id, target id) pairs; `steps`: the
    executor's. `current_step`: the step that a hook is about, with its `node_id`; `current_node`: its node;
    `current_edge`: (source id, target id) in before_edge and after_edge; each None elsewhere. `context`: the
    dictionary that handlers and callbacks share. `results`: per node what it returned; what a callback puts here is
    what the nodes after it receive. `errors`: one dictionary for each node that failed, with `error` (the exception),
    `node_id` and `message`. `cancelled`: set it to end the flow. `skip_current`: the current node is being skipped.
    `start_time`: seconds since the epoch, 0 before the run. `node_times`: per node seconds from the end of before_node
    to the end of its body, set before after_node. `iteration`: how often the current step has been begun, from 1; 0
    outside a step. `statuses`: per node its status; `ended`: the nodes whose status is final (a loop makes them begin
    again).
    """

    graph_id: str
    nodes: list[Any] = field(default_factory=list)
    edges: list[tuple[str, str]] = field(default_factory=list)
    current_node: Any = field(default_factory=_nothing)
    current_edge: tuple[str, str] | None = field(default_factory=_nothing)
    context: dict[str, Any] = field(default_factory=dict)
    results: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    cancelled: bool = field(default_factory=bool)
    skip_current: bool = field(default_factory=bool)
    start_time: float = field(default_factory=float)
    node_times: Times = field(default_factory=dict)
    iteration: int = field(default_factory=int)
    steps: list[Any] = field(default_factory=list)
    current_step: Any = field(default_factory=_nothing)
    statuses: dict[str, str] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    _kept: dict[int, dict[Any, Any]] = field(default_factory=dict, repr=False)

    def get_result(self, node_id: str) -> Any:
        """What the node returned; None if it has not (or returned None)."""
        return self.results.get(node_id)

    def set_result(self, node_id: str, result: Any) -> None:
        """Make `result` what the nodes after `node_id` receive."""
        self.results[node_id] = result

    def add_error(self, error: Exception, node_id: str | None = None) -> None:
        """Note an error. `node_id` None: of the current node."""
        at = node_id or node_id_of(self.current_node)
        self.errors.append({"error": error, "node_id": at, "message": str(error) or type(error).__name__})

    def kept_for(self, callback: object) -> dict[Any, Any]:
        """A dictionary in which `callback` keeps what belongs to this run: one executor's callbacks serve many."""
        return self._kept.setdefault(id(callback), {})

    @property
    def has_errors(self) -> bool:
        return bool(self.errors)

    @property
    def total_time(self) -> float:
        """Seconds since the run began; 0 before."""
        return time.time() - self.start_time if self.start_time else 0.0

    @property
    def progress(self) -> float:
        """The share of the nodes that have ended, in [0, 1]; skipped ones count."""
        return len(self.ended) / len(self.nodes) if self.nodes else 1.0

    def bound(self, step: Any, node: Any, iteration: int, edge: tuple[str, str] | None = None) -> "BoundState":
        """This state as a hook about one step sees it, whatever other steps do meanwhile."""
        return BoundState(self, step, node, iteration, edge)


class BoundState(FlowState):
    """A FlowState whose `current_*`, `skip_current` and `iteration` are its own and whose everything else, also what a
    callback adds, is the run's."""

    _OWN = frozenset({"current_step", "current_node", "current_edge", "skip_current", "iteration", "_run"})

    def __init__(
        self, run: FlowState, step: Any, node: Any, iteration: int, edge: tuple[str, str] | None = None
    ) -> None:
        self.__dict__.update(
            _run=run, current_step=step, current_node=node, current_edge=edge, skip_current=False, iteration=iteration
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.__dict__["_run"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self._OWN:
            self.__dict__[name] = value
        else:
            setattr(self.__dict__["_run"], name, value)


def node_id_of(node: Any) -> str | None:
    """The id of a typed node or of whatever stands for one; None for no node."""
    if node is None:
        return None
    return str(node.id) if hasattr(node, "id") else str(node)
