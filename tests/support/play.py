"""Plays the world around a RunMachine: answers its commands by a script, at once and always in the same way."""

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from octopus.compiler.plan import Plan
from octopus.domain.base import timestamp
from octopus.domain.event import ArtifactRef, Event, MetricValue, StepQueued
from octopus.engine.commands import CancelAttempt, CloseRun, Command, StartAttempt, WakeAfter
from octopus.engine.machine import RunMachine
from octopus.engine.replay import Restored
from octopus.engine.signals import (
    AttemptCancelled,
    AttemptFailed,
    AttemptMeasured,
    AttemptProgressed,
    AttemptReused,
    AttemptStarted,
    AttemptSucceeded,
    CancelRequested,
    RetryDue,
    RunAdmitted,
    RunClosed,
    RunTimedOut,
    Signal,
    StepRunKey,
)


@dataclass(frozen=True)
class Act:
    """What an execution of a step does. `emits` None: every output port. `outcome`: how it ends, or `reused` if it need
    not even start; None: it runs until it is cancelled. `backend_reason`: why it does not start on the warm one."""

    emits: frozenset[str] | None = None
    outcome: str | None = "succeeded"
    reason: str = "exit code 3: boom"
    exit_code: int | None = 3
    progress: tuple[tuple[float | None, str], ...] = ()
    live_metrics: tuple[tuple[str, MetricValue, int], ...] = ()
    metrics: Mapping[str, MetricValue] = field(default_factory=dict)
    artifacts: tuple[ArtifactRef, ...] = ()
    backend_reason: str | None = None


Acts = Mapping[str, Act | Sequence[Act]]
"""Per step what it does, each time or one time after the other: the last act is repeated."""


class Play:
    """One run from `queued` to its last event. `after_signal` is called with the machine after every signal."""

    def __init__(
        self,
        plan: Plan,
        acts: Acts | None = None,
        after_signal: Callable[["Play"], None] = lambda play: None,
        run_id: str = "run1",
    ) -> None:
        self.run_id = run_id
        self.plan = plan
        self.machine = RunMachine(run_id, plan)
        self.acts = acts or {}
        self.events: list[Event] = []
        self.signals: list[Signal] = []
        self.starts: list[StartAttempt] = []
        self.under_way: dict[StepRunKey, StartAttempt] = {}
        self.wakes: list[WakeAfter] = []
        self.closing: CloseRun | None = None
        self.most_parallel = 0
        self._after_signal = after_signal
        self._steps = {step.id: step for step in plan.steps}
        self._queued: Counter[str] = Counter()
        self.started_before = self.restarted = 0
        self._pending: deque[Signal] = deque()
        self._clock = datetime(2026, 1, 1, tzinfo=UTC)
        self._record(self.machine.queued(self.now()).events)

    @classmethod
    def resumed(
        cls,
        restored: Restored,
        plan: Plan,
        acts: Acts | None,
        events: Sequence[Event],
        after_signal: Callable[["Play"], None] = lambda play: None,
    ) -> "Play":
        """The run after a restart that found `events`: the attempts that were under way begin to answer anew."""
        play = cls(plan, acts, after_signal, events[0].run_id)
        play.machine, play.events = restored.machine, []
        play._queued.clear()
        play._clock = datetime.fromisoformat(events[-1].at)
        play._record((*events, *restored.missing_events))
        play._carry_out(restored.commands)
        play.restarted = len(play.starts)
        play.started_before = sum(play._queued.values()) - len(restored.machine._desk.board.waiting)
        return play

    def now(self) -> str:
        """Ten milliseconds later than the last time."""
        self._clock += timedelta(milliseconds=10)
        return timestamp(self._clock)

    def send(self, signal: Signal) -> None:
        """Hand one signal in and take its events and commands; the answers to the commands wait for `run`."""
        transition = self.machine.handle(signal)
        self.signals.append(signal)
        self._record(transition.events)
        self._carry_out(transition.commands)
        self._after_signal(self)

    def look(self) -> None:
        """Call `after_signal`, before the first signal of a resumed run."""
        self._after_signal(self)

    def _record(self, events: Sequence[Event]) -> None:
        self.events += events
        self._queued.update(event.step_id for event in events if isinstance(event, StepQueued))

    def _carry_out(self, commands: Sequence[Command]) -> None:
        for command in commands:
            match command:
                case StartAttempt():
                    self.starts.append(command)
                    self.under_way[command.key] = command
                    self.most_parallel = max(self.most_parallel, len(self.under_way))
                    self._pending.extend(self._performance(command.key))
                case CancelAttempt():
                    self._drop(command.key)
                    self._pending.append(AttemptCancelled(self.now(), command.key, "cancelled on request", -15))
                case WakeAfter():
                    self.wakes.append(command)
                    self._pending.append(RetryDue(self.now(), command.key))
                case CloseRun():
                    assert self.closing is None, "a run is closed once"
                    self.closing = command
                    self._pending.append(RunClosed(self.now()))

    def admit(self) -> "Play":
        self.send(RunAdmitted(self.now(), "mlflow-run", "1"))
        return self

    def cancel(self) -> "Play":
        self.send(CancelRequested(self.now()))
        return self

    def time_out(self) -> "Play":
        self.send(RunTimedOut(self.now()))
        return self

    def answer(self, choice: int = 0) -> bool:
        """Hand in the next answer of one of the attempts under way; False if there is none. `choice` picks the attempt,
        0 the one that has waited longest."""
        if not self._pending:
            return False
        signal = self._pending.popleft() if choice == 0 else self._pick(choice)
        if isinstance(signal, AttemptSucceeded | AttemptFailed | AttemptCancelled | AttemptReused):
            self.under_way.pop(signal.key, None)
        self.send(replace(signal, at=self.now()))
        return True

    def _pick(self, choice: int) -> Signal:
        turns = list(dict.fromkeys(getattr(signal, "key", None) for signal in self._pending))
        turn = turns[choice % len(turns)]
        signal = next(signal for signal in self._pending if getattr(signal, "key", None) == turn)
        self._pending.remove(signal)
        return signal

    def answer_until(self, kind: type[Event], about: str) -> "Play":
        """Answer until an event of this kind about the step or edge has been recorded."""

        def is_it(event: Event) -> bool:
            return isinstance(event, kind) and about in (getattr(event, "step_id", ""), getattr(event, "edge_id", ""))

        while not any(is_it(event) for event in self.events):
            assert self.answer(), f"the run ended without {kind.__name__} of {about}"
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

    def act_of(self, step_id: str, execution: int) -> Act:
        """What the step does in its `execution`th execution, counted from 0 over iterations and attempts."""
        acts = self.acts.get(step_id, Act())
        return acts if isinstance(acts, Act) else acts[min(execution, len(acts) - 1)]

    def _performance(self, key: StepRunKey) -> list[Signal]:
        execution = self._queued[key.step_id] - 1
        act = self.act_of(key.step_id, execution)
        if act.outcome == "reused":
            return self._ending(key, act)
        tracked = f"mlflow-{key.step_id}" + (f"-{execution}" if execution else "")
        signals: list[Signal] = [AttemptStarted(self.now(), key, "cold", tracked, act.backend_reason)]
        signals += [AttemptProgressed(self.now(), key, fraction, message) for fraction, message in act.progress]
        signals += [AttemptMeasured(self.now(), key, name, value, step) for name, value, step in act.live_metrics]
        signals += self._ending(key, act)
        return signals

    def _ending(self, key: StepRunKey, act: Act) -> list[Signal]:
        metrics = dict(act.metrics)
        match act.outcome:
            case None:
                return []
            case "reused":
                origin = ("run0", key.step_id, 1)
                tracked = f"mlflow-{key.step_id}-before"
                return [
                    AttemptReused(self.now(), key, *origin, self._emitted(key, act), tracked, metrics, act.artifacts)
                ]
            case "succeeded":
                emits = self._emitted(key, act)
                return [AttemptSucceeded(self.now(), key, emits, metrics, act.artifacts)]
            case "failed" | "timed_out" | "lost" as outcome:
                return [AttemptFailed(self.now(), key, outcome, act.reason, act.exit_code, metrics, act.artifacts)]
            case _:
                raise AssertionError(act.outcome)

    def _emitted(self, key: StepRunKey, act: Act) -> frozenset[str]:
        if act.emits is not None:
            return act.emits
        return frozenset(output.name for output in self._steps[key.step_id].outputs)
