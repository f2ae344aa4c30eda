"""Board: where everything of a run stands. The machine's only mutable state; every change to it costs O(1)."""

from collections import deque
from dataclasses import dataclass, field

from octopus.domain.event import ArtifactRef, MetricValue
from octopus.domain.status import RunStatus, StepStatus
from octopus.engine.signals import StepRunKey
from octopus.engine.tokens import Dead, Token
from octopus.engine.wiring import Wiring


@dataclass(slots=True)
class StepRun:
    """`in_flight`: its attempt was commanded to start and has not ended. `emitted`: the output ports of a succeeded
    one. `hands_on`: what the edges out of a skipped one die of."""

    key: StepRunKey
    status: StepStatus = StepStatus.PENDING
    reason: str = ""
    cause_step: str | None = None
    in_flight: bool = False
    emitted: frozenset[str] = frozenset()
    hands_on: Dead | None = None
    mlflow_run_id: str | None = None
    metrics: dict[str, MetricValue] = field(default_factory=dict)
    artifacts: dict[tuple[str | None, str], ArtifactRef] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ending:
    """How the run ends."""

    status: RunStatus
    reason: str = ""


@dataclass(slots=True)
class Board:
    """`step_runs`: every one there has been; `latest`: per step the one that counts. `unresolved`: per step how many of
    its forward edges have no token yet. `waiting`: queued and not yet commanded to start, first in first out.
    `unfinished`: steps whose latest step run is not terminal. `ended_badly`: in the order in which they ended.
    `ending`: decided once every step is terminal. `stories`: per step what happened to it, in words."""

    status: RunStatus
    step_runs: dict[StepRunKey, StepRun]
    latest: dict[str, StepRun]
    unresolved: dict[str, int]
    unfinished: int
    tokens: dict[str, Token] = field(default_factory=dict)
    waiting: deque[StepRun] = field(default_factory=deque)
    in_flight: int = 0
    cancel_requested: bool = False
    ended_badly: list[StepRun] = field(default_factory=list)
    ending: Ending | None = None
    stories: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, wiring: Wiring) -> "Board":
        """Before anything happened."""
        runs = {step_id: StepRun(StepRunKey(step_id)) for step_id in wiring.steps}
        return cls(
            status=RunStatus.QUEUED,
            step_runs={run.key: run for run in runs.values()},
            latest=runs,
            unresolved={step_id: len(edges) for step_id, edges in wiring.into.items()},
            unfinished=len(runs),
            stories={step_id: [] for step_id in runs},
        )

    def tell(self, step_id: str, line: str) -> None:
        self.stories[step_id].append(line)
