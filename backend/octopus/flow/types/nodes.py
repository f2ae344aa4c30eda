"""Typed nodes: what a node is, told by its class. Behaviour is dispatched on the class; see the modules beside."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class FlowNode:
    """Base of all typed nodes; derive from it for your own.

    `id`: unique within the flow. `x`, `y`: upper left corner in pixels; `width`, `height`: pixels. `label`: what it is
    called. `data`: whatever else belongs to it.
    """

    id: str
    x: float = 0
    y: float = 0
    width: int = 160
    height: int = 60
    label: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    @property
    def node_type(self) -> str:
        """The class's name in lower case, without `Node` at its end: `start` for a StartNode."""
        return type(self).__name__.removesuffix("Node").lower()


@dataclass
class StartNode(FlowNode):
    """Where a flow begins."""

    label: str = "__start__"
    inputs: int = 0
    outputs: int = 1


@dataclass
class EndNode(FlowNode):
    """Where a flow ends."""

    label: str = "__end__"
    inputs: int = 1
    outputs: int = 0


@dataclass
class AgentNode(FlowNode):
    """An agent: plans and acts by itself. `model`: its name. `temperature`: 0 to 2. `system_prompt`: "" for none."""

    label: str = "Agent"
    model: str = "gpt-4"
    temperature: float = 0.7
    system_prompt: str = ""
    inputs: int = 1
    outputs: int = 1


@dataclass
class ToolNode(FlowNode):
    """A call of a tool. `tool_name`: the key under which `context["tools"]` holds it."""

    label: str = "Tool"
    tool_name: str = ""
    tool_description: str = ""
    inputs: int = 1
    outputs: int = 1


@dataclass
class LLMNode(FlowNode):
    """One call of a language model. `max_tokens`: at most this many are answered."""

    label: str = "LLM"
    model: str = "gpt-4"
    temperature: float = 0.7
    max_tokens: int = 1024
    inputs: int = 1
    outputs: int = 1


@dataclass
class ConditionNode(FlowNode):
    """Chooses one of two branches. `condition`: a Python expression over `inputs` and `context`; "" is true. True takes
    port 0, False port 1."""

    label: str = "Condition"
    condition: str = ""
    inputs: int = 1
    outputs: int = 2


@dataclass
class InputNode(FlowNode):
    """Where data enters. `source`: what it comes from: file, api, database ..."""

    label: str = "Input"
    source: str = ""
    inputs: int = 0
    outputs: int = 1


@dataclass
class OutputNode(FlowNode):
    """Where data leaves. `destination`: where it goes: file, api, database ..."""

    label: str = "Output"
    destination: str = ""
    inputs: int = 1
    outputs: int = 0


@dataclass
class FilterNode(FlowNode):
    """Keeps a part of the data. `condition`: which."""

    label: str = "Filter"
    condition: str = ""
    inputs: int = 1
    outputs: int = 1


@dataclass
class JoinNode(FlowNode):
    """Joins data from two sides. `join_type`: inner, outer, left, right."""

    label: str = "Join"
    join_type: str = "inner"
    inputs: int = 2
    outputs: int = 1


@dataclass
class TransformNode(FlowNode):
    """Changes data. `transform_type`: how."""

    label: str = "Transform"
    transform_type: str = ""
    inputs: int = 1
    outputs: int = 1


@dataclass
class ProcessNode(FlowNode):
    """Any step of a flowchart."""

    label: str = "Process"
    description: str = ""
    inputs: int = 1
    outputs: int = 1


@dataclass
class DecisionNode(FlowNode):
    """Asks a question with two answers. `context["decisions"]` may hold the answer under the node's id: True takes port
    0, False port 1, a text the edge with that label."""

    label: str = "Decision"
    question: str = ""
    inputs: int = 1
    outputs: int = 2


@dataclass
class CodeNode(FlowNode):
    """Runs code of its own. `language`: python is executed; javascript is only drawn."""

    label: str = "Code"
    language: str = "python"
    code: str = ""
    inputs: int = 1
    outputs: int = 1
