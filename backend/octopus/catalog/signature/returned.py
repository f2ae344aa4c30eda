"""What a function says it returns -> the output ports of its step."""

import ast
from collections.abc import Iterator

from octopus.catalog.signature.annotations import Meaning, meaning_of, name_of
from octopus.catalog.signature.port_names import check_port_name, check_together
from octopus.catalog.signature.syntax import Definitions
from octopus.domain.ports import OutputPort, PortType

OUTPUT = "output"
"""The one port of a function that names no others."""


def output_ports(definitions: Definitions, run: ast.FunctionDef) -> tuple[OutputPort, ...]:
    """One per field of the NamedTuple that the function returns, else `output`. Raises SignatureFault."""
    kind = definitions.classes.get(name_of(run.returns))
    if kind is None or not any(_is_named_tuple(base) for base in kind.bases):
        return (_port(OUTPUT, meaning_of(run.returns), is_branch=False),)
    ports = tuple(_fields(kind))
    check_together([port.name for port in ports], len(ports), kind.lineno)
    return ports


def _is_named_tuple(base: ast.expr) -> bool:
    name = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
    return name == "NamedTuple"


def _fields(kind: ast.ClassDef) -> Iterator[OutputPort]:
    """A field that may be None is a branch. `pass_` is the port `pass`, which Python has no name for."""
    for statement in kind.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            name = statement.target.id.rstrip("_")
            check_port_name(name, (), statement.lineno)
            meaning = meaning_of(statement.annotation)
            yield _port(name, meaning, is_branch=meaning.nullable)


def _port(name: str, meaning: Meaning, *, is_branch: bool) -> OutputPort:
    """The file that a Path leads to may hold anything."""
    travels = PortType.ANY if meaning.many or meaning.port is PortType.FILE else meaning.port
    return OutputPort(name=name, type=travels, branch=is_branch, doc="Not taken if it is None." if is_branch else "")
