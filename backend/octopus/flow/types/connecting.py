"""can_connect: whether an edge may lead from one typed node to another, dispatched on both classes."""

from collections.abc import Callable

from octopus.flow.types.nodes import EndNode, FlowNode, InputNode, OutputNode, StartNode

Answer = tuple[bool, str]
Rule = Callable[[FlowNode, FlowNode], Answer]


class PairDispatch:
    """A function of two nodes whose behaviour is registered per pair of classes. The most specific pair answers: the
    nearest base of the source first, then that of the target."""

    def __init__(self, otherwise: Rule) -> None:
        self._otherwise = otherwise
        self._rules: dict[tuple[type, type], Rule] = {}
        self.__doc__ = otherwise.__doc__
        self.__name__ = otherwise.__name__

    def register(self, source: type[FlowNode], target: type[FlowNode]) -> Callable[[Rule], Rule]:
        """`@can_connect.register(MyNode, FlowNode)` over a function of the two nodes."""

        def put(rule: Rule) -> Rule:
            self._rules[source, target] = rule
            return rule

        return put

    def dispatch(self, source: type, target: type) -> Rule:
        """The rule that answers for these classes."""
        pairs = ((one, other) for one in source.__mro__ for other in target.__mro__)
        return next((self._rules[pair] for pair in pairs if pair in self._rules), self._otherwise)

    def __call__(self, source: FlowNode, target: FlowNode) -> Answer:
        return self.dispatch(type(source), type(target))(source, target)


@PairDispatch
def can_connect(source: FlowNode, target: FlowNode) -> Answer:
    """Whether an edge may lead from `source` to `target`, and why not ("" if it may)."""
    return True, ""


@can_connect.register(StartNode, EndNode)
def _start_to_end(source: FlowNode, target: FlowNode) -> Answer:
    return False, "Cannot connect start directly to end"


@can_connect.register(EndNode, FlowNode)
@can_connect.register(OutputNode, FlowNode)
def _out_of_an_end(source: FlowNode, target: FlowNode) -> Answer:
    return False, f"{_kind(source)} node cannot have outgoing connections"


@can_connect.register(FlowNode, StartNode)
@can_connect.register(FlowNode, InputNode)
def _into_a_beginning(source: FlowNode, target: FlowNode) -> Answer:
    return False, f"{_kind(target)} node cannot have incoming connections"


def _kind(node: FlowNode) -> str:
    return node.node_type.capitalize()
