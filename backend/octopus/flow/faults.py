"""FlowFault: what is wrong with a flow so that it cannot run. Told as the run's error, never raised at its owner."""


class FlowFault(Exception):
    """`node_id`: where; None if it is about the whole flow. The text: what is wrong and what to do about it."""

    def __init__(self, text: str, node_id: str | None = None) -> None:
        super().__init__(text)
        self.node_id = node_id
