"""A pipeline without loops: every execution that a loop may ask for is an instance of its own."""

from dataclasses import dataclass, field

from octopus.features.export.embedded.model import Metric, Step


@dataclass(frozen=True)
class Instance:
    """One execution of `step`. `sources`: the instances whose outcomes it looks at, by step, where they are not named
    like the step itself. `gate`: without it the instance is not reached."""

    name: str
    step: str
    iteration: int = 1
    sources: dict[str, str] = field(default_factory=dict)
    gate: str | None = None

    def source(self, step_id: str) -> str:
        return self.sources.get(step_id, step_id)


@dataclass(frozen=True)
class Gate:
    """Opens if `loop` goes round once more: when the instance `source` has emitted its port and all of `after` have
    ended."""

    name: str
    loop: str
    source: str
    after: list[str]


def sources_of(step: Step) -> list[str]:
    """The steps whose outcomes it looks at: along its edges, and for metrics in its parameters. Each once."""
    along_edges = [edge.partition(".")[0] for edge in step.edges]
    texts = (pieces for pieces in step.params.values() if isinstance(pieces, list))
    measured = [piece.step for pieces in texts for piece in pieces if isinstance(piece, Metric)]
    return list(dict.fromkeys([*along_edges, *measured]))
