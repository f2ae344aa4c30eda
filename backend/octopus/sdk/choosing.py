"""Which ports an edge joins when somebody names only the steps: the one pair that fits, else an error that says why."""

from collections.abc import Iterable

from octopus.compiler.wording import names
from octopus.domain.errors import UnknownName
from octopus.domain.ports import AFTER, InputPort, OutputPort, fits
from octopus.sdk.step import Port, StepHandle

End = Port | StepHandle
Pair = tuple[str, str]


def chosen_ports(source: End, target: End, taken: Iterable[str]) -> Pair:
    """Output and input. `taken`: inputs of the target that have an edge already. Raises UnknownName."""
    outputs, inputs = _outputs(source), _inputs(target, set(taken))
    if isinstance(source, Port) and isinstance(target, Port):
        return source.name, target.name
    if outputs is None or inputs is None:
        raise UnknownName("Name both ports: the type of a step is not known here, and so are its ports.")
    pairs = [(a.name, b.name) for a in outputs for b in inputs if fits(a.type, b.type)]
    same = [pair for pair in pairs if pair[0] == pair[1]]
    for found in (pairs, same):
        if len(found) == 1:
            return found[0]
    raise UnknownName(_none_or_many(source, target, pairs))


def _outputs(source: End) -> list[OutputPort] | None:
    """Those that an edge may begin at; None: unknown. Raises UnknownName if the port that is named is no output."""
    step = source.step if isinstance(source, Port) else source
    every = step.pipeline.step_types.outputs(step.step)
    if not isinstance(source, Port) or every is None:
        return None if every is None else list(every)
    found = [port for port in every if port.name == source.name]
    if not found:
        has = names(port.name for port in every) or "none"
        raise UnknownName(f"`{source.name}` is no output of the step `{step.id}`. Outputs: {has}.")
    return found


def _inputs(target: End, taken: set[str]) -> list[InputPort] | None:
    step = target.step if isinstance(target, Port) else target
    every = step.pipeline.step_types.inputs(step.step)
    if every is None:
        return None
    if isinstance(target, Port):
        found = [port for port in every if port.name == target.name]
        if not found:
            raise UnknownName(
                f"`{target.name}` is no input of the step `{step.id}`. Inputs: {names(port.name for port in every)}."
            )
        return found
    return [port for port in every if port.name != AFTER and (port.many or port.name not in taken)]


def _none_or_many(source: End, target: End, pairs: list[Pair]) -> str:
    ends = f"{_name(source)} and {_name(target)}"
    if not pairs:
        return f"No free input of {ends} fits."
    several = names(f"{a} -> {b}" for a, b in pairs)
    return f'Between {ends} several edges are possible: {several}. Name the ports, as in a["{pairs[0][0]}"].'


def _name(end: End) -> str:
    return f"`{end.step.id}.{end.name}`" if isinstance(end, Port) else f"`{end.id}`"
