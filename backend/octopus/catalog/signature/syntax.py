"""Python source -> its syntax tree, within limits; and the definitions that it makes at the top level."""

import ast
import warnings
from collections.abc import Iterator

from octopus.catalog.signature.signature import SignatureFault

MAX_CHARACTERS = 100_000
"""Of a source: what a command line carries of it; parsed in a tenth of a second."""
_TOO_DEEP = "The code is nested too deeply to be read."

Function = ast.FunctionDef | ast.AsyncFunctionDef
_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.expr)


def syntax_of(source: str) -> ast.Module:
    """Raises SignatureFault for what is not Python, is too large or nested too deeply; nothing else, for any text."""
    if len(source) > MAX_CHARACTERS:
        raise SignatureFault(f"The code has {len(source):,} characters; at most {MAX_CHARACTERS:,} are read.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as fault:
        raise SignatureFault(f"The code is not valid Python: {fault.msg}.", fault.lineno) from None
    except (RecursionError, MemoryError):
        raise SignatureFault(_TOO_DEEP) from None
    except ValueError as fault:
        raise SignatureFault(f"The code is not valid Python: {fault}.") from None


def expression_of(text: str) -> ast.expr | None:
    """An annotation that is written as text; None if it is no expression."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def last_function(module: ast.Module, name: str) -> Function | None:
    """The last one of that name: it is the one that counts when the source is executed."""
    found = [one for one in _definitions(module) if isinstance(one, Function) and one.name == name]
    return found[-1] if found else None


def last_class(module: ast.Module, name: str) -> ast.ClassDef | None:
    """The same of a class."""
    found = [one for one in _definitions(module) if isinstance(one, ast.ClassDef) and one.name == name]
    return found[-1] if found else None


def _definitions(module: ast.Module) -> Iterator[ast.AST]:
    """What is defined outside of functions and classes, also under `if`, `try` and `with`, in the order of the text."""
    waiting: list[ast.AST] = list(reversed(module.body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _OWN_SCOPE):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))
