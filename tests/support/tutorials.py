"""The tutorials that octopus.flow grew from: their code blocks, and what stands in for the page shell they are written
for, so that everything else in them runs as it is written."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from octopus.flow import FlowEditor

FOLDER = Path(__file__).parents[1] / "fixtures/tutorials"
ML_PIPELINE = FOLDER / "ml-training-pipeline.md"
PYTHON_EXECUTION = FOLDER / "python-execution.md"
EXAMPLES = Path(__file__).parents[2] / "examples"
SHELL_IMPORT = "from fasthtml.common import *\n"
SHELL_HEADERS = "fastflow_headers"
SHELL_ELEMENTS = ("Titled", "Div", "Aside", "Main", "H3", "H4", "P", "Span", "Br", "Button", "Script")


def blocks(tutorial: Path, heading: str) -> list[str]:
    """The Python blocks under the heading that begins with `heading`, up to the next one of the same level."""
    text = tutorial.read_text()
    found = re.search(rf"^(#+) {re.escape(heading)}", text, re.MULTILINE)
    assert found is not None, heading
    rest = text[found.end() :]
    end = re.search(rf"^{found[1]} ", rest, re.MULTILINE)
    return re.findall(r"```python\n(.*?)```", rest[: end.start() if end else None], re.DOTALL)


def converted(code: str) -> str:
    """Imports from octopus.flow instead of fastflow; the page shell's own imports left out."""
    code = code.replace(SHELL_IMPORT, "").replace("from fastflow", "from octopus.flow")
    return re.sub(rf", {SHELL_HEADERS}(?=[,\n])", "", code)


@dataclass
class Element:
    """A piece of the page shell."""

    children: tuple[Any, ...]

    @property
    def text(self) -> str:
        return "".join(child.text if isinstance(child, Element) else str(child) for child in self.children)


@dataclass
class Shell:
    """Remembers what a tutorial's program makes of the page shell. `routes`: per path the function behind it;
    `pages`: per function's name."""

    routes: dict[str, Callable[..., Any]] = field(default_factory=dict)
    pages: dict[str, Callable[..., Any]] = field(default_factory=dict)
    is_served: bool = False

    def names(self) -> dict[str, Any]:
        def element(*children: Any, **_attributes: Any) -> Element:
            return Element(children)

        return {
            **dict.fromkeys(SHELL_ELEMENTS, element),
            "fast_app": lambda **_: (self, self.route),
            SHELL_HEADERS: lambda: (),
            "rt": self.route,
            "serve": self.serve,
        }

    def route(self, where: Any) -> Any:
        """`@rt` and `@rt(path)`."""
        if callable(where):
            self.pages[where.__name__] = where
            return where

        def with_path(function: Callable[..., Any]) -> Callable[..., Any]:
            self.routes[where] = function
            return function

        return with_path

    def serve(self) -> None:
        self.is_served = True

    def editor(self) -> FlowEditor:
        """The one on its index page."""
        (found,) = editors_in(self.pages["index"]())
        return found


def editors_in(element: Any) -> Iterator[FlowEditor]:
    if isinstance(element, FlowEditor):
        yield element
    elif isinstance(element, Element):
        for child in element.children:
            yield from editors_in(child)


def run_block(code: str, names: dict[str, Any]) -> dict[str, Any]:
    """Executes a block with `names` and answers them with what it has added."""
    exec(compile(converted(code), "<tutorial>", "exec"), names)  # the tutorials are the product's own fixtures
    return names


def parts_of(code: str, names: dict[str, Any]) -> tuple[Any, ...]:
    """The values of a block that lists arguments of a call."""
    parts: tuple[Any, ...] = eval(f"(\n{code})", names)
    return parts


@dataclass
class Served:
    """What a program has handed to `serve`."""

    editor: Any = None
    executor: Any = None
    title: str | None = None


@contextmanager
def serving_caught(monkeypatch: Any) -> Iterator[Served]:
    """Programs that call `octopus.flow.serve` come back at once, with what they have handed over."""
    import octopus.flow

    served = Served()

    def catch(editor: Any, executor: Any, *, title: str | None = None) -> None:
        served.editor, served.executor, served.title = editor, executor, title

    monkeypatch.setattr(octopus.flow, "serve", catch, raising=False)
    yield served


def example(name: str, monkeypatch: Any) -> Served:
    """What examples/<name>.py hands to `serve`."""
    with serving_caught(monkeypatch) as served:
        exec(compile((EXAMPLES / f"{name}.py").read_text(), name, "exec"), {"__name__": "__main__"})
    return served
