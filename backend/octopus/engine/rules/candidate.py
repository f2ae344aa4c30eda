"""What a readiness rule sees of a step, and the verdicts it may give."""

from collections.abc import Mapping
from dataclasses import dataclass

from octopus.compiler.plan import PlannedEdge, PlannedStep
from octopus.engine.tokens import Dead, Delivered, Token


@dataclass(frozen=True, slots=True)
class Candidate:
    """A step with what came of its forward edges: of all of them, but for a disabled step, which is judged before.
    `delivered_ports`: input ports at which at least one value arrived. `dead`: its dead edges, in document order."""

    step: PlannedStep
    edge_count: int
    delivered_ports: frozenset[str]
    dead: tuple[tuple[PlannedEdge, Dead], ...]

    @classmethod
    def of(cls, step: PlannedStep, into: tuple[PlannedEdge, ...], tokens: Mapping[str, Token]) -> "Candidate":
        """`into`: the forward edges into `step`; `tokens`: per edge id what became of it."""
        delivered: list[str] = []
        dead: list[tuple[PlannedEdge, Dead]] = []
        for edge in into:
            token = tokens.get(edge.id)
            if isinstance(token, Delivered):
                delivered.append(edge.target_port)
            elif token is not None:
                dead.append((edge, token))
        return cls(step, len(into), frozenset(delivered), tuple(dead))


@dataclass(frozen=True, slots=True)
class Queue:
    """The step runs as soon as there is room. `why`: for its story."""

    why: str


@dataclass(frozen=True, slots=True)
class Skip:
    """The step does not run. `reason`: shown to people. `cause_step`: the step because of which, None for itself.
    `hands_on`: what its own edges die of."""

    reason: str
    cause_step: str | None
    hands_on: Dead


Verdict = Queue | Skip
