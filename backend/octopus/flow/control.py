"""Exceptions with which a handler or a callback steers the flow; the hooks' documentation says what each does where."""

MAX_RETRIES = 3
"""Further calls, unless it is said how many."""


class CancelFlowException(Exception):
    """End the whole flow: nothing new begins, what is under way is cancelled, then `on_cancel` and `after_flow`."""


class SkipNodeException(Exception):
    """Leave the node out: its status is `skipped`, it has no result, and what depends on it goes on without."""


class RetryNodeException(Exception):
    """Call the node again, at most `max_retries` further times in this execution of the node, each after `delay`
    seconds. One success makes the node succeed; when none is left the node fails. A text in place of the number is the
    reason; the number is then 3."""

    def __init__(self, max_retries: int | str = 3, delay: float = 1.0) -> None:
        self.max_retries = MAX_RETRIES if isinstance(max_retries, str) else max_retries
        self.delay = delay
        wish = f"another call is wanted: at most {self.max_retries} more, {delay:g} s apart"
        super().__init__(max_retries if isinstance(max_retries, str) else wish)


class GrantedRetry(RetryNodeException):
    """A retry whose sender counts: one further call, whatever came before. `max_retries`: how many it will grant after
    this one."""
