"""Blueprint: a flow as the engine runs it, with everything that a run looks up per node."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from octopus.catalog.step_type import EntryPoint
from octopus.compiler.edge_defaults import DEFAULT_MAX_ITERATIONS
from octopus.compiler.graph import descendants
from octopus.compiler.loops import Loop, loops_of
from octopus.compiler.plan import Plan, PlannedEdge, PlannedInput, PlannedLoop, PlannedStep
from octopus.domain.pipeline import Edge, PipelineDocument, Policy
from octopus.domain.ports import PortType
from octopus.engine.signals import AttemptSucceeded
from octopus.engine.wiring import Wiring
from octopus.flow.bodies import PASSING, Bodies, BodyKind, Values
from octopus.flow.branches import DECIDING_TYPES, Branches
from octopus.flow.course import Course
from octopus.flow.drawing import Drawing, DrawnEdge, DrawnNode
from octopus.flow.faults import FlowFault
from octopus.flow.run import Told, node_told
from octopus.flow.steps import ExecutionStep
from octopus.flow.ways import NO_DRAWING, Way, Ways, ways_of

_DOCUMENT = PipelineDocument(schema_version=1, name="flow")
_ENTRY_POINT = EntryPoint(project_dir="", name="handler")
_POLICY = Policy()
AT = "1970-01-01T00:00:00.000Z"
"""When a signal came; a flow's events are not recorded, so nobody asks."""


class PlainNode(NamedTuple):
    """Stands for a node of which nothing is known but its id."""

    id: str
    label: str = ""


class Place(NamedTuple):
    """One node. `step`: the executor's, or one without a body for a node that is only drawn. `kind`, `call`: its
    body's. `note`: said with its messages. `into`: the forward ways to it; `sources`: the nodes they come from.
    `course`: what it tells if all goes well."""

    step: ExecutionStep
    node: Any
    kind: BodyKind
    call: Callable[[Values, Values], Any]
    note: str | None
    branches: Branches
    into: tuple[Way, ...]
    sources: tuple[str, ...]
    course: Course


@dataclass(frozen=True, slots=True)
class Blueprint:
    """`places`: per node, steps first. `ways`: per edge id of the plan. `wiring`: the plan's. `pending`: what is told
    before the first node begins. `successes`: per node the signal that its first attempt succeeded and chose among no
    branches, which is the same in every run."""

    plan: Plan
    wiring: Wiring
    places: Mapping[str, Place]
    ways: Mapping[str, Way]
    pending: tuple[Told, ...]
    successes: Mapping[str, AttemptSucceeded]


def blueprint_of(steps: Sequence[ExecutionStep], drawing: Drawing = NO_DRAWING) -> Blueprint:
    """Raises FlowFault if the flow cannot run."""
    ways = ways_of(steps, drawing)
    into, out_of = _by_target(ways), _by_source(ways)
    places = dict(_places(steps, drawing, ways, into, out_of))
    ports = {
        way.id: port
        for node_id, place in places.items()
        for way, port in zip(out_of[node_id], place.branches.ports, strict=True)
    }
    loops = _loops(ways, ports)
    plan = _plan(ways, into, ports, loops)
    wiring = Wiring.of(plan)
    pending = tuple(node_told(node_id, "pending") for node_id in places)
    successes = {
        node_id: AttemptSucceeded(AT, wiring.first_keys[node_id], place.branches.every)
        for node_id, place in places.items()
    }
    return Blueprint(plan, wiring, places, {way.id: way for way in ways.ways}, pending, successes)


class LastBlueprint:
    """That of the flow which an executor ran last, for as long as its steps stay what they were: planning a flow costs
    as much as running it when its steps do little."""

    def __init__(self) -> None:
        self._last: tuple[list[object], Drawing, Blueprint] | None = None

    def of(self, steps: Sequence[ExecutionStep], drawing: Drawing) -> Blueprint:
        """Raises FlowFault if the flow cannot run."""
        # The ids are those of objects that the blueprint keeps alive.
        seen: list[object] = [
            (id(step), step.node_id, id(step.node), id(step.handler), tuple(step.depends_on)) for step in steps
        ]
        last = self._last
        if last is not None and last[0] == seen and last[1] == drawing:
            return last[2]
        blueprint = blueprint_of(steps, drawing)
        self._last = (seen, drawing, blueprint)
        return blueprint


def _by_target(ways: Ways) -> dict[str, list[Way]]:
    into: dict[str, list[Way]] = {node_id: [] for node_id in ways.node_ids}
    for way in ways.ways:
        into[way.target].append(way)
    return into


def _by_source(ways: Ways) -> dict[str, list[Way]]:
    out_of: dict[str, list[Way]] = {node_id: [] for node_id in ways.node_ids}
    for way in ways.ways:
        out_of[way.source].append(way)
    return out_of


def _places(
    steps: Sequence[ExecutionStep],
    drawing: Drawing,
    ways: Ways,
    into: Mapping[str, list[Way]],
    out_of: Mapping[str, list[Way]],
) -> Iterable[tuple[str, Place]]:
    by_id = {step.node_id: step for step in steps}
    drawn = {node.id: node for node in drawing.nodes}
    bodies = Bodies()
    for node_id in ways.node_ids:
        step = by_id.get(node_id)
        shown = drawn.get(node_id)
        node = step.node if step is not None and step.node is not None else _plain(node_id, shown)
        body = PASSING if step is None else bodies.of(step)
        decides = body is not PASSING and _decides(node, shown)
        branches = Branches(node_id, out_of[node_id], decides, 1 if shown is None else shown.outputs)
        forward = tuple(way for way in into[node_id] if not way.is_loop)
        sources = tuple(dict.fromkeys(way.source for way in forward))
        step = step or ExecutionStep(node_id, duration=0.0)
        course = Course.of(node_id, forward, body.note)
        yield node_id, Place(step, node, body.kind, body.call, body.note, branches, forward, sources, course)


def _plain(node_id: str, shown: DrawnNode | None) -> PlainNode:
    return PlainNode(node_id, shown.label if shown is not None else "")


def _decides(node: Any, shown: DrawnNode | None) -> bool:
    return getattr(node, "node_type", None) in DECIDING_TYPES or (shown is not None and shown.type in DECIDING_TYPES)


def _loops(ways: Ways, ports: Mapping[str, str]) -> tuple[PlannedLoop, ...]:
    back = [way for way in ways.ways if way.is_loop]
    if not back:
        return ()
    order = {node_id: index for index, node_id in enumerate(ways.order)}
    # Node ids of a flow are any texts, so these edges are not checked for the ids of a document.
    edges = [
        Edge.model_construct(
            id=way.id, source=way.source, source_port="", target=way.target, target_port="", kind="loop"
        )
        for way in back
    ]
    found = loops_of(edges, ways.graph, order)
    for overlap in found.overlaps:
        raise FlowFault(
            f"The loops {_arrow(overlap.other)} and {_arrow(overlap.edge)} share {overlap.step_id!r} although neither "
            "is inside the other; draw one around the other, or apart.",
            overlap.step_id,
        )
    by_id = {way.id: way for way in back}
    return tuple(_planned(loop, by_id[loop.edge.id], ports, ways, order) for loop in found.loops)


def _planned(loop: Loop, way: Way, ports: Mapping[str, str], ways: Ways, order: Mapping[str, int]) -> PlannedLoop:
    drawn = way.drawn or DrawnEdge(way.source, way.target)
    return PlannedLoop(
        edge_id=way.id,
        source=way.source,
        source_port=ports[way.id],
        target=way.target,
        target_port=way.id,
        body=tuple(sorted(loop.body, key=order.__getitem__)),
        repeats=tuple(sorted(descendants(ways.graph, [way.target]), key=order.__getitem__)),
        max_iterations=DEFAULT_MAX_ITERATIONS if drawn.max_iterations is None else drawn.max_iterations,
        on_limit=drawn.on_limit,
        parent=loop.parent,
    )


def _arrow(edge: Edge) -> str:
    return f"{edge.source} -> {edge.target}"


def _plan(
    ways: Ways,
    into: Mapping[str, list[Way]],
    ports: Mapping[str, str],
    loops: tuple[PlannedLoop, ...],
) -> Plan:
    steps = (_planned_step(node_id, index, into[node_id]) for index, node_id in enumerate(ways.order))
    edges = (
        PlannedEdge(way.id, way.source, ports[way.id], way.target, way.id, "loop" if way.is_loop else "data")
        for way in ways.ways
    )
    return Plan(_DOCUMENT, "", tuple(steps), tuple(edges), {}, None, loops)


def _planned_step(node_id: str, index: int, into: Sequence[Way]) -> PlannedStep:
    """Each way into a node has an input port of its own, so that what comes in keeps apart."""
    return PlannedStep(
        id=node_id,
        index=index,
        type_id="handler",
        title=node_id,
        entry_point=_ENTRY_POINT,
        params={},
        inputs=tuple(PlannedInput(way.id, PortType.ANY, False, False, (way.id,)) for way in into if not way.is_loop),
        outputs=(),
        enabled=True,
        pure=True,
        policy=_POLICY,
    )
