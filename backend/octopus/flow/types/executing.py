"""execute: what a typed node does when its step has no handler, dispatched on its class.

For a class of your own: `@execute.register` over `async def _(node: MyNode, context, inputs)`. A class for which
nothing is registered only waits its step's duration.
"""

import inspect
from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from octopus.flow.types.nodes import (
    AgentNode,
    CodeNode,
    ConditionNode,
    DecisionNode,
    EndNode,
    FlowNode,
    LLMNode,
    StartNode,
    ToolNode,
)

Values = dict[str, Any]


@singledispatch
async def execute(node: FlowNode, context: Values, inputs: Values) -> Any:
    """Execute `node`. `context`: shared by the run; `inputs`: per node it depends on that node's result. Of a node that
    has nothing to execute: that it is completed."""
    return {"status": "completed", "node_id": node.id}


@execute.register
async def _start(node: StartNode, context: Values, inputs: Values) -> Any:
    """What the flow begins with: `context["initial_data"]`, {} if there is none."""
    return context.get("initial_data", {})


@execute.register
async def _end(node: EndNode, context: Values, inputs: Values) -> Any:
    """All that comes in, under `final_results`."""
    return {"final_results": inputs}


@execute.register
async def _agent(node: AgentNode, context: Values, inputs: Values) -> Any:
    """What the callable `context["llm"]`, or else `context["agent"]`, answers."""
    agent = context.get("llm") or context.get("agent")
    if not callable(agent):
        return _unanswered(node, inputs)
    options = {"model": node.model, "temperature": node.temperature, "system_prompt": node.system_prompt}
    return await _answer(agent(inputs, **options))


@execute.register
async def _llm(node: LLMNode, context: Values, inputs: Values) -> Any:
    """What the callable `context["llm"]` answers."""
    llm = context.get("llm")
    if not callable(llm):
        return _unanswered(node, inputs)
    return await _answer(llm(inputs, model=node.model, temperature=node.temperature, max_tokens=node.max_tokens))


@execute.register
async def _tool(node: ToolNode, context: Values, inputs: Values) -> Any:
    """What the tool of that name in `context["tools"]` answers."""
    tool = context.get("tools", {}).get(node.tool_name)
    if not callable(tool):
        return {"status": "tool_not_found", "tool_name": node.tool_name}
    return await _answer(tool(inputs))


@execute.register
async def _condition(node: ConditionNode, context: Values, inputs: Values) -> bool:
    """Whether the condition holds. The expression is the program's own code: it may do whatever the program may."""
    if not node.condition:
        return True
    return bool(eval(node.condition, _names(context, inputs)))  # noqa: S307


@execute.register
async def _decision(node: DecisionNode, context: Values, inputs: Values) -> Any:
    """The answer that `context["decisions"]` holds for the node; without one, yes."""
    decisions = context.get("decisions", {})
    return decisions.get(node.id, True) if isinstance(decisions, Mapping) else True


@execute.register
async def _code(node: CodeNode, context: Values, inputs: Values) -> Any:
    """What the code leaves in `result`. It is the program's own and may do whatever the program may."""
    if not node.code:
        return {"status": "no_code", "node_id": node.id}
    if node.language != "python":
        return {"status": "unsupported_language", "language": node.language}
    names = _names(context, inputs) | {"result": None}
    exec(compile(node.code, f"<node {node.id}>", "exec"), names)  # noqa: S102
    return names["result"]


def _names(context: Values, inputs: Values) -> Values:
    return {"context": context, "inputs": inputs}


def _unanswered(node: FlowNode, inputs: Values) -> Values:
    return {"status": "no_llm_configured", "node_id": node.id, "inputs": inputs}


async def _answer(answer: Any) -> Any:
    return await answer if inspect.isawaitable(answer) else answer
