"""What a readiness rule sees of a step, and the verdicts it may give."""

from dataclasses import dataclass
from functools import cached_property

from octopus.compiler.plan import PlannedEdge, PlannedStep
from octopus.engine.tokens import Dead, Delivered, Token


@dataclass(frozen=True)
class Candidate:
    """`incoming`: its forward edges that are resolved, with their tokens, in the document's order: all of them, but for
    a disabled step, which is judged before anything arrives."""

    step: PlannedStep
    incoming: tuple[tuple[PlannedEdge, Token], ...]

    @cached_property
    def delivered_ports(self) -> frozenset[str]:
        """Input ports at which at least one value arrived."""
        return frozenset(edge.target_port for edge, token in self.incoming if isinstance(token, Delivered))

    @cached_property
    def dead(self) -> tuple[tuple[PlannedEdge, Dead], ...]:
        return tuple((edge, token) for edge, token in self.incoming if isinstance(token, Dead))


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
