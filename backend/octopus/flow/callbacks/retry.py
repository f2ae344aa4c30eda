"""RetryCallback: calls a node that failed again."""

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.control import GrantedRetry
from octopus.flow.state import FlowState, node_id_of


class RetryCallback(FlowCallback):
    """Each execution of a node is called at most `max_retries` further times, each after `delay` seconds, as long as it
    fails with one of the exceptions `retry_on`; None: with any."""

    order = 50

    def __init__(
        self, max_retries: int = 3, delay: float = 1.0, retry_on: tuple[type[Exception], ...] | None = None
    ) -> None:
        self.max_retries = max_retries
        self.delay = delay
        self.retry_on = retry_on

    def before_flow(self, state: FlowState) -> None:
        state.kept_for(self).clear()

    def on_error(self, state: FlowState, exc: Exception) -> None:
        node_id = node_id_of(state.current_node)
        if node_id is None or (self.retry_on is not None and not isinstance(exc, self.retry_on)):
            return
        used = state.kept_for(self)
        execution = (node_id, state.iteration)
        if used.get(execution, 0) < self.max_retries:
            used[execution] = used.get(execution, 0) + 1
            raise GrantedRetry(self.max_retries - used[execution], self.delay)
