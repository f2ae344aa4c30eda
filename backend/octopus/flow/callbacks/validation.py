"""ValidationCallback: looks at the typed nodes before they run."""

from octopus.flow.callbacks.base import FlowCallback
from octopus.flow.control import CancelFlowException
from octopus.flow.state import FlowState
from octopus.flow.types import FlowNode, validate

Found = list[tuple[str, list[str]]]


class ValidationCallback(FlowCallback):
    """Asks `octopus.flow.types.validate` about every typed node, before the flow and again before the node.

    `fail_fast`: a problem cancels the flow. If not, they only stand in `context["validation_errors"]`, a list of
    (node id, problems), and in `validation_errors`, that of the flow looked at last.
    """

    order = 1

    def __init__(self, fail_fast: bool = True) -> None:
        self.fail_fast = fail_fast
        self.validation_errors: Found = []

    def before_flow(self, state: FlowState) -> None:
        found = [(node.id, problems) for node in state.nodes if (problems := _problems(node))]
        self.validation_errors = found
        if found:
            state.context["validation_errors"] = found
            self._fail(*found[0])

    def before_node(self, state: FlowState) -> None:
        if problems := _problems(state.current_node):
            self._fail(state.current_node.id, problems)

    def _fail(self, node_id: str, problems: list[str]) -> None:
        if self.fail_fast:
            raise CancelFlowException(f"Validation failed for {node_id}: {'; '.join(problems)}")


def _problems(node: object) -> list[str]:
    return validate(node) if isinstance(node, FlowNode) else []
