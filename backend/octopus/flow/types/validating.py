"""validate: what is wrong with a typed node, dispatched on its class. Extend with `@validate.register`."""

from functools import singledispatch

from octopus.flow.types.nodes import AgentNode, CodeNode, FlowNode, LLMNode, ToolNode

LANGUAGES = ("python", "javascript")


@singledispatch
def validate(node: FlowNode) -> list[str]:
    """What is wrong with `node`, a sentence each; empty if nothing is."""
    return [] if node.id else ["Node must have an id"]


def _base(node: FlowNode) -> list[str]:
    found: list[str] = validate.dispatch(FlowNode)(node)
    return found


@validate.register(AgentNode)
@validate.register(LLMNode)
def _model(node: AgentNode | LLMNode) -> list[str]:
    problems = _base(node)
    if not node.model:
        problems.append(f"{type(node).__name__} must specify a model")
    if not 0 <= node.temperature <= 2:
        problems.append(f"Temperature must be between 0 and 2, not {node.temperature}")
    return problems


@validate.register
def _tool(node: ToolNode) -> list[str]:
    return _base(node) + ([] if node.tool_name else ["ToolNode must specify a tool_name"])


@validate.register
def _code(node: CodeNode) -> list[str]:
    known = node.language in LANGUAGES
    return _base(node) + ([] if known else [f"Unsupported language: {node.language} (one of {', '.join(LANGUAGES)})"])
