"""The embedded modules -> one text: what they import, then their bodies under headings."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files

PACKAGE = "octopus.features.export.embedded"


@dataclass(frozen=True, slots=True)
class Assembled:
    """`imports`: of the standard library, sorted. `bodies`: per module its text, without docstring and imports."""

    imports: str
    bodies: dict[str, str]


def assembled(modules: Iterable[str], further_imports: str = "") -> Assembled:
    """`further_imports`: lines of what surrounds them."""
    plain: set[str] = set()
    names: dict[str, set[str]] = {}
    bodies = {}
    for module in modules:
        text = files(PACKAGE).joinpath(f"{module}.py").read_text(encoding="utf-8")
        tree = ast.parse(text)
        _note_imports(tree, plain, names)
        bodies[module] = _heading(tree) + _body(text, tree)
    _note_imports(ast.parse(further_imports), plain, names)
    lines = [f"import {name}" for name in sorted(plain)]
    lines += [f"from {module} import {', '.join(sorted(found))}" for module, found in sorted(names.items())]
    return Assembled("\n".join(lines) + "\n", bodies)


def _note_imports(tree: ast.Module, plain: set[str], names: dict[str, set[str]]) -> None:
    """Imports of one another fall away."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            plain.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.module.startswith(PACKAGE):
            names.setdefault(node.module, set()).update(alias.name for alias in node.names)


def _heading(tree: ast.Module) -> str:
    lines = (ast.get_docstring(tree) or "").splitlines()
    return f"# {'-' * 118}\n" + "".join(f"# {line}".rstrip() + "\n" for line in lines) + "\n\n"


def _body(text: str, tree: ast.Module) -> str:
    """What follows the imports."""
    end = max((node.end_lineno or 0 for node in tree.body[:1]), default=0)
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            end = max(end, node.end_lineno or 0)
    return "\n".join(text.splitlines()[end:]).strip("\n") + "\n"
