"""read_signature(source): which ports and arguments the function `run` in it has.

*inputs                              a port that takes any number of edges
table, table: pd.DataFrame           a required port; with the default None an optional one
tables: list[pd.DataFrame]           a port that takes any number of edges
limit: int, limit=5, *, limit        an argument: annotated as a plain value, with a plain default, or by name only
-> Parts, a NamedTuple of the source one output port per field; a field that may be None is a branch
-> anything else                     the output port `output`
"""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pydantic import JsonValue

from octopus.catalog.signature.annotations import inferred, literal_of, meaning_of
from octopus.catalog.signature.port_names import check_port_name, check_together
from octopus.catalog.signature.returned import output_ports
from octopus.catalog.signature.signature import Signature, SignatureFault
from octopus.catalog.signature.syntax import Definitions, definitions_of
from octopus.domain.ports import AFTER, InputPort

FUNCTION = "run"


@dataclass(frozen=True, slots=True)
class _Parameter:
    node: ast.arg
    default: ast.expr | None
    by_name_only: bool = False

    @property
    def name(self) -> str:
        return self.node.arg

    @property
    def is_required(self) -> bool:
        return self.default is None


def read_signature(source: str, given: Collection[str] = (), taken: Collection[str] = ()) -> Signature:
    """`given`: names of the arguments that have a value: none of them is a port. `taken`: names that no input port can
    have, since the step's own parameters have them. Raises SignatureFault, and nothing else for any text."""
    try:
        return _read(source, given, (*taken, AFTER))
    except RecursionError:
        raise SignatureFault("The code is nested too deeply to be read.") from None


def _read(source: str, given: Collection[str], taken: Collection[str]) -> Signature:
    definitions = definitions_of(source)
    run = _function(definitions)
    arguments: list[_Parameter] = []
    ports: list[InputPort] = []
    for one in _parameters(run.args):
        if _is_argument(one, given):
            arguments.append(one)
        else:
            ports.append(_input(one, taken))
    if run.args.vararg is not None:
        ports.append(_rest(run.args.vararg, taken))
    check_together([*(port.name for port in ports), *(one.name for one in arguments)], len(ports), run.lineno)
    return Signature(
        inputs=tuple(ports),
        outputs=output_ports(definitions, run),
        arguments={
            "type": "object",
            "properties": {one.name: _schema(one) for one in arguments},
            "additionalProperties": run.args.kwarg is not None,
        },
        required=tuple(one.name for one in arguments if one.is_required),
    )


def _function(definitions: Definitions) -> ast.FunctionDef:
    run = definitions.functions.get(FUNCTION)
    if run is None:
        raise SignatureFault(f"The code defines no function `{FUNCTION}`.")
    if isinstance(run, ast.AsyncFunctionDef):
        raise SignatureFault(f"`{FUNCTION}` cannot be asynchronous: write `def`, not `async def`.", run.lineno)
    return run


def _parameters(args: ast.arguments) -> Iterator[_Parameter]:
    """In their order, without `*` and `**`."""
    placed = [*args.posonlyargs, *args.args]
    defaults = [*[None] * (len(placed) - len(args.defaults)), *args.defaults]
    for node, default in zip(placed, defaults, strict=True):
        yield _Parameter(node, default)
    for node, default in zip(args.kwonlyargs, args.kw_defaults, strict=True):
        yield _Parameter(node, default, by_name_only=True)


def _is_argument(parameter: _Parameter, given: Collection[str]) -> bool:
    if parameter.name in given or meaning_of(parameter.node.annotation).schema is not None:
        return True
    if parameter.node.annotation is not None:
        return False
    return parameter.by_name_only or literal_of(parameter.default) not in (None, (None,))


def _input(parameter: _Parameter, taken: Collection[str]) -> InputPort:
    check_port_name(parameter.name, taken, parameter.node.lineno)
    meaning = meaning_of(parameter.node.annotation)
    return InputPort(name=parameter.name, type=meaning.port, required=parameter.is_required, many=meaning.many)


def _rest(node: ast.arg, taken: Collection[str]) -> InputPort:
    check_port_name(node.arg, taken, node.lineno)
    doc = "Handed over one by one, in the order of the edges."
    return InputPort(name=node.arg, type=meaning_of(node.annotation).port, required=False, many=True, doc=doc)


def _schema(argument: _Parameter) -> JsonValue:
    """With the default where it is a plain value."""
    default = literal_of(argument.default)
    declared = meaning_of(argument.node.annotation).schema
    if declared is None:
        declared = inferred(default[0]) if default is not None and argument.node.annotation is None else {}
    return declared if default is None else {**declared, "default": default[0]}
