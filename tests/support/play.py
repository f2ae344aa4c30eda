"""Plays the world around a RunMachine: answers its commands by a script, at once and always in the same way."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from octopus.compiler.plan import Plan, PlannedStep
from octopus.domain.base import timestamp
from octopus.domain.event import ArtifactRef, Event, MetricValue
from octopus.engine.commands import CancelAttempt, CloseRun, StartAttempt
from octopus.engine.machine import RunMachine
from octopus.engine.signals import (
    AttemptCancelled,
    AttemptFailed,
    AttemptMeasured,
    AttemptProgressed,
    AttemptStarted,
    AttemptSucceeded,
    CancelRequested,
    RunAdmitted,
    RunClosed,
    Signal,
    StepRunKey,
)


@dataclass(frozen=True)
class Act:
    """What a step does. `emits` None: every output port. `outcome` None: it runs until it is cancelled."""

    emits: frozenset[str] | None = None
    outcome: str | None = "succeeded"
    reason: str = "exit code 3: boom"
    exit_code: int | None = 3
    progress: tuple[tuple[float | None, str], ...] = ()
    live_metrics: tuple[tuple[str, MetricValue, int], ...] = ()
    metrics: Mapping[str, MetricValue] = field(default_factory=dict)
    artifacts: tuple[ArtifactRef, ...] = ()


class Play:
    """One run from `queued` to its last event. `after_signal` is called with the machine after every signal."""

    def __init__(
        self,
        plan: Plan,
        acts: Mapping[str, Act] | None = None,
        after_signal: Callable[["Play"], None] = lambda play: None,
        run_id: str = "run1",
    ) -> None:
        self.plan = plan
        self.machine = RunMachine(run_id, plan)
        self.acts = acts or {}
        self.events: list[Event] = []
        self.signals: list[Signal] = []
        self.starts: list[StartAttempt] = []
        self.under_way: dict[StepRunKey, StartAttempt] = {}
        self.closing: CloseRun | None = None
        self.most_parallel = 0
        self._after_signal = after_signal
        self._steps = {step.id: step for step in plan.steps}
        self._pending: deque[Signal] = deque()
        self._clock = datetime(2026, 1, 1, tzinfo=UTC)
        self.events += self.machine.queued(self.now()).events

    def now(self) -> str:
        """Ten milliseconds later than the last time."""
        self._clock += timedelta(milliseconds=10)
        return timestamp(self._clock)

    def send(self, signal: Signal) -> None:
        """Hand one signal in and take its events and commands; the answers to the commands wait for `run`."""
        transition = self.machine.handle(signal)
        self.signals.append(signal)
        self.events += transition.events
        for command in transition.commands:
            match command:
                case StartAttempt():
                    self.starts.append(command)
                    self.under_way[command.key] = command
                    self.most_parallel = max(self.most_parallel, len(self.under_way))
                    self._pending.extend(self._performance(command.key))
                case CancelAttempt():
                    self._drop(command.key)
                    self._pending.append(AttemptCancelled(self.now(), command.key, "cancelled on request", -15))
                case CloseRun():
                    assert self.closing is None, "a run is closed once"
                    self.closing = command
                    self._pending.append(RunClosed(self.now()))
        self._after_signal(self)

    def admit(self) -> "Play":
        self.send(RunAdmitted(self.now(), "mlflow-run", "1"))
        return self

    def cancel(self) -> "Play":
        self.send(CancelRequested(self.now()))
        return self

    def answer(self, choice: int = 0) -> bool:
        """Hand in the next answer of one of the attempts under way; False if there is none. `choice` picks the attempt,
        0 the one that has waited longest."""
        if not self._pending:
            return False
        signal = self._pending.popleft() if choice == 0 else self._pick(choice)
        if isinstance(signal, AttemptSucceeded | AttemptFailed | AttemptCancelled):
            self.under_way.pop(signal.key, None)
        self.send(replace(signal, at=self.now()))
        return True

    def _pick(self, choice: int) -> Signal:
        turns = list(dict.fromkeys(getattr(signal, "key", None) for signal in self._pending))
        turn = turns[choice % len(turns)]
        signal = next(signal for signal in self._pending if getattr(signal, "key", None) == turn)
        self._pending.remove(signal)
        return signal

    def answer_until(self, kind: type[Event], step_id: str) -> "Play":
        """Answer until an event of this kind about the step has been recorded."""
        while not any(isinstance(event, kind) and getattr(event, "step_id", "") == step_id for event in self.events):
            assert self.answer(), f"the run ended without {kind.__name__} of {step_id}"
        return self

    def run(self) -> "Play":
        """Answer everything; the run is over afterwards."""
        while self.answer():
            pass
        return self

    def whole(self) -> "Play":
        return self.admit().run()

    def _drop(self, key: StepRunKey) -> None:
        self._pending = deque(signal for signal in self._pending if getattr(signal, "key", None) != key)

    def _performance(self, key: StepRunKey) -> list[Signal]:
        act = self.acts.get(key.step_id, Act())
        signals: list[Signal] = [AttemptStarted(self.now(), key, "cold", f"mlflow-{key.step_id}")]
        signals += [AttemptProgressed(self.now(), key, fraction, message) for fraction, message in act.progress]
        signals += [AttemptMeasured(self.now(), key, name, value, step) for name, value, step in act.live_metrics]
        signals += self._ending(key, act)
        return signals

    def _ending(self, key: StepRunKey, act: Act) -> list[Signal]:
        metrics = dict(act.metrics)
        match act.outcome:
            case None:
                return []
            case "succeeded":
                emits = act.emits if act.emits is not None else _every_port(self._steps[key.step_id])
                return [AttemptSucceeded(self.now(), key, emits, metrics, act.artifacts)]
            case "failed" | "timed_out" | "lost" as outcome:
                return [AttemptFailed(self.now(), key, outcome, act.reason, act.exit_code, metrics, act.artifacts)]
            case _:
                raise AssertionError(act.outcome)


def _every_port(step: PlannedStep) -> frozenset[str]:
    return frozenset(output.name for output in step.outputs)
