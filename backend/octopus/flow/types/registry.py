"""Which class stands for which name of a node type. Users add their own."""

from octopus.flow.types.nodes import (
    AgentNode,
    CodeNode,
    ConditionNode,
    DecisionNode,
    EndNode,
    FilterNode,
    FlowNode,
    InputNode,
    JoinNode,
    LLMNode,
    OutputNode,
    ProcessNode,
    StartNode,
    ToolNode,
    TransformNode,
)

NODE_TYPE_MAP: dict[str, type[FlowNode]] = {
    "start": StartNode,
    "end": EndNode,
    "agent": AgentNode,
    "tool": ToolNode,
    "llm": LLMNode,
    "condition": ConditionNode,
    "input": InputNode,
    "output": OutputNode,
    "filter": FilterNode,
    "join": JoinNode,
    "transform": TransformNode,
    "process": ProcessNode,
    "decision": DecisionNode,
    "code": CodeNode,
}
"""Per name of a node type, in lower case, the class that stands for it."""


def register_node_type(name: str, cls: type[FlowNode]) -> None:
    """Let `name`, in lower case, stand for `cls`; `node_from_x6` then makes one of it."""
    NODE_TYPE_MAP[name.lower()] = cls
