"""Which steps a run executes, and how: the scope asked for -> per step in scope its mode.

Scopes are closed towards the start: every ancestor of a step in scope is in scope, executed or reused.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from octopus.compiler.drawing import Drawing
from octopus.compiler.graph import ancestors, descendants
from octopus.compiler.plan import Adopted, Mode
from octopus.compiler.request import RunRequest


@dataclass(frozen=True, slots=True)
class Part:
    """How one step takes part in the run. `adopt`: the step run whose result it takes over."""

    mode: Mode
    adopt: Adopted | None = None


def parts_in_scope(drawing: Drawing, request: RunRequest) -> dict[str, Part]:
    """Per step in scope its part; steps that are not in scope are left out. `request` has no problems."""
    parts = _parts(drawing, request)
    if not request.force:
        return parts
    return {step_id: Part("force") if part.mode == "run" else part for step_id, part in parts.items()}


def _parts(drawing: Drawing, request: RunRequest) -> dict[str, Part]:
    graph, step_id = drawing.forward_graph, request.scope.step_id or ""
    match request.scope.mode:
        case "all":
            return _all(drawing.steps, "run")
        case "to":
            return _all([*ancestors(graph, step_id), step_id], "run")
        case "only":
            return {**_all(ancestors(graph, step_id), "reuse"), step_id: Part("force")}
        case "from":
            executed = descendants(graph, [step_id])
            return {**_all(_upstream(drawing, executed), "reuse"), **_all(executed, "run"), step_id: Part("force")}
        case "failed":
            return _resumed(drawing, request.succeeded)


def _all(step_ids: Iterable[str], mode: Mode) -> dict[str, Part]:
    part = Part(mode)
    return dict.fromkeys(step_ids, part)


def _upstream(drawing: Drawing, step_ids: set[str]) -> set[str]:
    """Every ancestor of one of `step_ids`."""
    found: set[str] = set()
    waiting = list(step_ids)
    while waiting:
        before = [other for other in drawing.forward_graph.before[waiting.pop()] if other not in found]
        found.update(before)
        waiting.extend(before)
    return found


def _resumed(drawing: Drawing, succeeded: Mapping[str, Adopted | None]) -> dict[str, Part]:
    """A step whose result is known by its step run is taken over as it is, unless something before it runs again."""
    again = descendants(drawing.forward_graph, [step_id for step_id in drawing.steps if succeeded.get(step_id) is None])
    adopted = {step_id: Part("reuse", one) for step_id, one in succeeded.items() if one is not None}
    return {step_id: Part("run") if step_id in again else adopted[step_id] for step_id in drawing.steps}
