"""A run as a world sees it that does whatever it likes, in any order: attempts start, tell, end, are reused; people
cancel; time runs out; signals come late, twice or about nothing; the server dies at any event and comes back."""

from typing import Literal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from octopus.domain.event import ArtifactRef
from octopus.domain.status import RunStatus
from octopus.engine.commands import CancelAttempt, CloseRun, StartAttempt, WakeAfter
from octopus.engine.replay import restore
from octopus.engine.signals import (
    AttemptCancelled,
    AttemptFailed,
    AttemptMeasured,
    AttemptProduced,
    AttemptProgressed,
    AttemptReused,
    AttemptStarted,
    AttemptSucceeded,
    RetryDue,
    RunAdmitted,
    RunClosed,
    Signal,
    StepRunKey,
)
from tests.support.examples import examples
from tests.support.invariants import Watch, everything_has_ended
from tests.support.play import Play
from tests.support.random_runs import RandomRun, runs

WHICH = st.integers(0, 20)
OUTCOMES: list[Literal["failed", "timed_out", "lost"]] = ["failed", "timed_out", "lost"]


class LifeCycle(RuleBasedStateMachine):
    """`play` only carries signals and events here; every answer is a rule's."""

    @initialize(run=runs())
    def begin(self, run: RandomRun) -> None:
        self.run = run
        self.play = Play(run.plan, {}, after_signal=Watch())
        self.play.look()

    @property
    def in_flight(self) -> list[StepRunKey]:
        return sorted(self.play.under_way, key=lambda key: (key.step_id, key.iteration, key.attempt))

    @property
    def waits(self) -> list[WakeAfter]:
        return [command for command in self.play.machine.outstanding() if isinstance(command, WakeAfter)]

    def _start(self, key: StepRunKey) -> None:
        self.play.send(AttemptStarted(self.play.now(), key, "cold", f"m-{key.step_id}-{key.iteration}-{key.attempt}"))

    def _succeed(self, key: StepRunKey, every_port: bool, rows: int = 0) -> None:
        """Nothing succeeds that has not started."""
        if key not in self.play.machine.under_way():
            self._start(key)
        table = ArtifactRef(port="data", path="out/data.parquet", rows=rows)
        self._end(AttemptSucceeded(self.play.now(), key, self._ports(key, every_port), {"f1": 0.5}, (table,)))

    def _end(self, signal: AttemptSucceeded | AttemptFailed | AttemptCancelled | AttemptReused) -> None:
        self.play.under_way.pop(signal.key, None)
        self.play.send(signal)

    @precondition(lambda self: self.play.machine.status is RunStatus.QUEUED)
    @rule()
    def its_turn_comes(self) -> None:
        self.play.admit()

    @precondition(lambda self: self.in_flight)
    @rule(which=WHICH)
    def an_attempt_starts(self, which: int) -> None:
        self._start(self._one(which))

    @precondition(lambda self: self.in_flight)
    @rule(which=WHICH, value=st.floats())
    def an_attempt_tells_something(self, which: int, value: float) -> None:
        key = self._one(which)
        self.play.send(AttemptProgressed(self.play.now(), key, value, "half"))
        self.play.send(AttemptMeasured(self.play.now(), key, "loss", value))
        self.play.send(AttemptProduced(self.play.now(), key, ArtifactRef(port="data", path=f"out/{which}")))

    @precondition(lambda self: self.in_flight)
    @rule(which=WHICH, every_port=st.booleans())
    def an_attempt_succeeds(self, which: int, every_port: bool) -> None:
        self._succeed(self._one(which), every_port, rows=which)

    @precondition(lambda self: self.in_flight)
    @rule(which=WHICH, every_port=st.booleans())
    def an_attempt_is_spared(self, which: int, every_port: bool) -> None:
        key = self._one(which)
        if key in self.play.machine.under_way():
            return
        self._end(AttemptReused(self.play.now(), key, "run0", key.step_id, 1, self._ports(key, every_port), "m0"))

    @precondition(lambda self: self.in_flight)
    @rule(which=WHICH, outcome=st.sampled_from(OUTCOMES))
    def an_attempt_ends_badly(self, which: int, outcome: Literal["failed", "timed_out", "lost"]) -> None:
        self._end(AttemptFailed(self.play.now(), self._one(which), outcome, "boom", 3, {"loss": float("nan")}))

    @precondition(lambda self: self.in_flight)
    @rule(which=WHICH)
    def an_attempt_is_stopped_from_outside(self, which: int) -> None:
        self._end(AttemptCancelled(self.play.now(), self._one(which), "stopped", -15))

    @precondition(lambda self: self.waits)
    @rule(which=WHICH)
    def a_back_off_is_over(self, which: int) -> None:
        waits = self.waits
        self.play.send(RetryDue(self.play.now(), waits[which % len(waits)].key))

    @precondition(lambda self: self.play.closing is not None and not self.play.machine.is_over)
    @rule()
    def its_mlflow_run_is_closed(self) -> None:
        self.play.send(RunClosed(self.play.now()))

    @rule(dice=st.integers(0, 9))
    def somebody_cancels_it(self, dice: int) -> None:
        if dice == 0:
            self.play.cancel()

    @rule(dice=st.integers(0, 9))
    def its_time_is_over(self, dice: int) -> None:
        if dice == 0:
            self.play.time_out()

    @rule(step=WHICH, iteration=st.integers(1, 3), attempt=st.integers(1, 3), which=WHICH)
    def a_signal_comes_about_an_attempt_that_is_not_under_way(
        self, step: int, iteration: int, attempt: int, which: int
    ) -> None:
        steps = [*(one.id for one in self.run.plan.steps), "nowhere"]
        key, at = StepRunKey(steps[step % len(steps)], iteration, attempt), self.play.now()
        if key in self.play.under_way or key in [wait.key for wait in self.waits]:
            return
        signals: list[Signal] = [
            AttemptStarted(at, key, "cold", "m"),
            AttemptMeasured(at, key, "loss", 1.0),
            AttemptSucceeded(at, key, frozenset({"data"}), {"f1": 1.0}),
            AttemptFailed(at, key, "lost", "?"),
            AttemptCancelled(at, key, "?"),
            AttemptReused(at, key, "run0", "a", 1, frozenset()),
            RetryDue(at, key),
        ]
        if self.play.machine.status is not RunStatus.QUEUED:
            signals.append(RunAdmitted(at, "other"))
        if self.play.closing is None:
            signals.append(RunClosed(at))
        transition = self.play.machine.handle(signals[which % len(signals)])
        assert transition.events == transition.commands == ()

    @rule(lost=st.one_of(st.just(0), st.integers(0, 30)))
    def the_server_dies_and_comes_back(self, lost: int) -> None:
        """`lost`: so many events were not committed yet."""
        events = self.play.events[: max(1, len(self.play.events) - lost)]
        restored = restore("run1", self.run.plan, events)
        self.play = Play.resumed(restored, self.run.plan, {}, events, Watch())
        self.play.look()

    def teardown(self) -> None:
        """Whatever has happened, the run can end, and nothing is left over."""
        if not hasattr(self, "play"):
            return
        if self.play.machine.status is RunStatus.QUEUED:
            self.play.admit()
        while not self.play.machine.is_over:
            command = self.play.machine.outstanding()[-1]
            at = self.play.now()
            match command:
                case StartAttempt():
                    self._succeed(command.key, every_port=False)
                case CancelAttempt():
                    self._end(AttemptCancelled(at, command.key, "cancelled on request", -15))
                case WakeAfter():
                    self.play.send(RetryDue(at, command.key))
                case CloseRun():
                    self.play.send(RunClosed(at))
        everything_has_ended(self.play)

    def _one(self, which: int) -> StepRunKey:
        return self.in_flight[which % len(self.in_flight)]

    def _ports(self, key: StepRunKey, every_port: bool) -> frozenset[str]:
        step = next(step for step in self.run.plan.steps if step.id == key.step_id)
        return frozenset(port.name for port in step.outputs[: None if every_port else 1])


TestLifeCycle = LifeCycle.TestCase
TestLifeCycle.settings = examples(100, stateful_step_count=40)
