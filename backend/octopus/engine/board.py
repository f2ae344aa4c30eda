"""Board: where everything of a run stands. The machine's only mutable state; a change to it costs O(1), a loop that
fires as much as the steps that it repeats."""

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Literal

from octopus.domain.event import ArtifactRef, MetricValue
from octopus.domain.status import RunStatus, StepStatus
from octopus.engine.signals import StepRunKey
from octopus.engine.tokens import Dead, Token
from octopus.engine.wiring import Wiring

StoppedBy = Literal["request", "timeout"]


@dataclass(slots=True)
class StepRun:
    """`in_flight`: its attempt was commanded to start and has not ended. `emitted`: the output ports of a succeeded
    one. `hands_on`: what the edges out of a skipped one die of. `back_off_s`: it waits this long for its turn, since
    the attempt before it ended badly."""

    key: StepRunKey
    status: StepStatus = StepStatus.PENDING
    reason: str = ""
    cause_step: str | None = None
    in_flight: bool = False
    emitted: frozenset[str] = frozenset()
    hands_on: Dead | None = None
    back_off_s: float | None = None
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
    """`latest`: per step the step run that counts. `unresolved`: per step how many of its forward edges have no token
    yet. `irregular`: steps into which something else came over an edge than what the first attempt of its source made.
    `waiting`: queued and not yet commanded to start, first in first out. `unfinished`: steps whose latest step run
    is not terminal. `ended_badly`: per step the latest step run if it makes the run fail, in the order in which they
    ended. `stopped_by`, `stop_reason`: who ended the run early. `ending`: decided once every step is terminal.
    `stories`: per step what happened to it, in words.

    Of loops: `counts`: per loop edge that has fired which execution its body is in. `fed`: per loop edge that feeds its
    target in this execution which step run made the value. `restless`: per group of loops how many of its steps are not
    terminal. `wishes`: per group the loop edges whose source emitted and that have not been answered. `quiet`: groups
    in which no step is left that is not terminal. `limits`: per loop edge that failed the run at its limit the reason,
    in that order."""

    status: RunStatus
    latest: dict[str, StepRun]
    unresolved: dict[str, int]
    unfinished: int
    restless: list[int]
    wishes: list[set[str]]
    tokens: dict[str, Token] = field(default_factory=dict)
    irregular: set[str] = field(default_factory=set)
    waiting: deque[StepRun] = field(default_factory=deque)
    in_flight: int = 0
    stopped_by: StoppedBy | None = None
    stop_reason: str = ""
    ended_badly: dict[str, StepRun] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    fed: dict[str, StepRunKey] = field(default_factory=dict)
    quiet: deque[int] = field(default_factory=deque)
    limits: dict[str, str] = field(default_factory=dict)
    ending: Ending | None = None
    stories: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, wiring: Wiring) -> "Board":
        """Before anything happened."""
        return cls(
            status=RunStatus.QUEUED,
            latest={step_id: StepRun(key) for step_id, key in wiring.first_keys.items()},
            unresolved=wiring.edge_counts.copy(),
            unfinished=len(wiring.steps),
            restless=list(wiring.loops.group_sizes),
            wishes=[set() for _ in wiring.loops.group_sizes],
        )

    @property
    def is_stopping(self) -> bool:
        """The run is cancelled or out of time: nothing new begins."""
        return self.stopped_by is not None

    def find(self, key: StepRunKey) -> StepRun | None:
        """The step run `key` if it is still the one that counts."""
        run = self.latest.get(key.step_id)
        return run if run is not None and (run.key is key or run.key == key) else None

    def tell(self, step_id: str, line: str) -> None:
        self.stories[step_id].append(line)
