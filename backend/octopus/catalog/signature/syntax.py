"""Python source -> the definitions that it makes at the top level, within limits; each source is parsed once."""

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from octopus.catalog.signature.signature import SignatureFault

MAX_CHARACTERS = 100_000
"""Of a source: what a command line carries of it; parsed in a tenth of a second."""
REMEMBERED_SOURCES = 64
"""Thousands of steps may name one file; and a document is read again at every key that is pressed."""
_TOO_DEEP = "The code is nested too deeply to be read."

Function = ast.FunctionDef | ast.AsyncFunctionDef
_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)


@dataclass(frozen=True, slots=True)
class Definitions:
    """Per name the last function and the last class: they count when the source is executed. Of a function nothing of
    what it does is kept, of a class only its fields. Nobody changes them: they are remembered."""

    functions: dict[str, Function] = field(default_factory=dict)
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)


def definitions_of(source: str) -> Definitions:
    """Raises SignatureFault for what is not Python, is too large or nested too deeply; nothing else, for any text."""
    found = _looked_at(source)
    if isinstance(found, SignatureFault):
        raise SignatureFault(found.message, found.line)
    return found


def expression_of(text: str) -> ast.expr | None:
    """An annotation that is written as text; None if it is no expression."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(REMEMBERED_SOURCES)
def _looked_at(source: str) -> Definitions | SignatureFault:
    if len(source) > MAX_CHARACTERS:
        return SignatureFault(f"The code has {len(source):,} characters; at most {MAX_CHARACTERS:,} are read.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _heads(ast.parse(source))
    except SyntaxError as fault:
        return SignatureFault(f"The code is not valid Python: {fault.msg}.", fault.lineno)
    except (RecursionError, MemoryError):
        raise SignatureFault(_TOO_DEEP) from None  # not remembered: what is too deep depends on who asks
    except ValueError as fault:
        return SignatureFault(f"The code is not valid Python: {fault}.")


def _heads(module: ast.Module) -> Definitions:
    """Without what is done in functions, which is nearly all of a tree."""
    found = Definitions()
    for node in _definitions(module):
        if isinstance(node, Function):
            node.body = []
            found.functions[node.name] = node
        elif isinstance(node, ast.ClassDef):
            node.body = [one for one in node.body if isinstance(one, ast.AnnAssign)]
            found.classes[node.name] = node
    return found


def _definitions(module: ast.Module) -> Iterator[ast.AST]:
    """What is defined outside of functions and classes, also under `if`, `try` and `with`, in the order of the text."""
    waiting: list[ast.AST] = list(reversed(module.body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _OWN_SCOPE):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))
