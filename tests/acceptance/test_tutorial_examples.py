"""examples/: the tutorials' complete programs differ from the tutorials in their imports and their page shell, and in
nothing else. What differs is listed here line by line."""

import ast
import difflib
from pathlib import Path

import pytest

from octopus.flow import FlowRun
from tests.support.tutorials import EXAMPLES, ML_PIPELINE, PYTHON_EXECUTION, blocks, example

PROGRAMS = {"ml_training_pipeline": ML_PIPELINE, "python_execution": PYTHON_EXECUTION}

ADDED = {
    "ml_training_pipeline": [
        "from octopus.flow import (",
        "FlowEditor, Node, Edge, serve,",
        "serve(",
        "executor,",
        'title="ML Training Pipeline",',
    ],
    "python_execution": [
        "from octopus.flow import FlowEditor, DAGNode, Edge, serve",
        "from octopus.flow.types import InputNode, TransformNode, OutputNode",
        "from octopus.flow.execution import FlowExecutor, ExecutionStep",
        "from octopus.flow.callbacks import (",
        "serve(",
        "executor,",
        'title="Python Execution Demo",',
    ],
}

SHELL_NAMES = {"app", "rt", "index", "execute_pipeline", "get", "EXECUTION_SCRIPT", "serve"}
"""What the tutorials' page shell consists of, at the top level of their programs."""


def lines(code: str) -> list[str]:
    """Without indentation, for the editor stands deeper inside the tutorials' page shell; without banners."""
    return [line.strip() for line in code.splitlines() if line.strip() and not line.startswith("# ===")]


def shell_lines(code: str) -> set[str]:
    """The lines of imports and page shell."""
    found: set[str] = {"# Routes", "# JavaScript"}
    source = code.splitlines()
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.ImportFrom) or names_of(statement) & SHELL_NAMES:
            first = min([statement.lineno, *(one.lineno for one in getattr(statement, "decorator_list", []))])
            found |= {line.strip() for line in source[first - 1 : statement.end_lineno]}
    return found


def names_of(statement: ast.stmt) -> set[str]:
    """What a statement defines or calls."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return {name}
        case ast.Assign(targets=targets):
            return {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return {name}
    return set()


def flow_of(code: str) -> dict[str, str]:
    """What both programs are about: the drawing, and everything outside the shell, as syntax trees."""
    tree = ast.parse(code)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    (editor,) = [ast.dump(call) for call in calls if isinstance(call.func, ast.Name) and call.func.id == "FlowEditor"]
    rest = {
        name: ast.dump(statement)
        for statement in tree.body
        if not isinstance(statement, (ast.Import, ast.ImportFrom))
        for name in names_of(statement) - SHELL_NAMES
    }
    return {"the drawing": editor, **rest}


@pytest.mark.parametrize("name", PROGRAMS)
def test_examples_differ_from_the_tutorials_in_imports_and_page_shell_only(name: str) -> None:
    (tutorial,) = blocks(PROGRAMS[name], "Complete Code")
    converted = (EXAMPLES / f"{name}.py").read_text()
    diff = list(difflib.ndiff(lines(tutorial), lines(converted)))
    print("\n".join(line for line in diff if not line.startswith("?")))
    assert [line[2:] for line in diff if line.startswith("+ ")] == ADDED[name]
    removed = {line[2:] for line in diff if line.startswith("- ")}
    assert removed <= shell_lines(tutorial), removed - shell_lines(tutorial)


@pytest.mark.parametrize("name", PROGRAMS)
def test_examples_have_the_tutorials_drawing_steps_and_handlers(name: str) -> None:
    (tutorial,) = blocks(PROGRAMS[name], "Complete Code")
    assert flow_of((EXAMPLES / f"{name}.py").read_text()) == flow_of(tutorial)


@pytest.mark.parametrize("name", PROGRAMS)
def test_examples_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    served = example(name, monkeypatch)
    for step in served.executor.steps:
        step.duration, step.handler = 0, None
    run: FlowRun = served.executor.start(drawing=served.editor.drawing())
    assert run.wait(60)
    assert run.status == "success"
    assert served.title


def test_every_example_is_one_of_them() -> None:
    assert {path.stem for path in Path(EXAMPLES).glob("*.py")} >= set(PROGRAMS)
