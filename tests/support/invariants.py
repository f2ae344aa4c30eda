"""What must hold after every signal of every run, whatever the drawing, the world and the order of its answers."""

from dataclasses import dataclass, field
from itertools import groupby

from octopus.compiler.plan import PlannedLoop
from octopus.domain import event as e
from octopus.domain.fold import Folder, fold_all
from octopus.engine.commands import CancelAttempt, CloseRun, StartAttempt, WakeAfter
from tests.support.play import Play

GOOD = {"succeeded", "reused"}
BAD = {"failed", "timed_out", "lost", "cancelled"}
TERMINAL = GOOD | BAD | {"skipped"}
_NEXT = {
    "pending": {"queued", "skipped", "cancelled"},
    "backing off": {"queued", "cancelled"},
    "queued": {"running", "cancelled", "failed", "timed_out", "lost", "reused"},
    "running": {"cancelling", "succeeded", "failed", "timed_out", "lost", "cancelled"},
    "cancelling": {"cancelled", "failed", "timed_out", "lost"},
}
_STATUS_OF = {
    e.StepQueued: "queued",
    e.StepStarted: "running",
    e.StepCancelling: "cancelling",
    e.StepSucceeded: "succeeded",
    e.StepReused: "reused",
    e.StepFailed: "failed",
    e.StepTimedOut: "timed_out",
    e.StepLost: "lost",
    e.StepSkipped: "skipped",
    e.StepCancelled: "cancelled",
}


@dataclass
class Now:
    """Where a step stands. `hands_on`: what the edges out of it die of where it does not deliver."""

    iteration: int = 1
    attempt: int = 1
    status: str = "pending"
    ports: frozenset[str] = frozenset()
    hands_on: str = "not_taken"

    @property
    def key(self) -> tuple[int, int]:
        return self.iteration, self.attempt


@dataclass
class Watch:
    """Follows the events of one run; hand it to Play as `after_signal`."""

    seen: int = 0
    at: str = ""
    steps: dict[str, Now] = field(default_factory=dict)
    edges: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    fired: set[str] = field(default_factory=set)
    queue: list[tuple[str, int, int]] = field(default_factory=list)
    is_stopping: bool = False
    is_over: bool = False
    folder: Folder | None = None

    def __call__(self, play: Play) -> None:
        self.folder = self.folder or Folder(play.run_id)
        new = play.events[self.seen :]
        for is_loop, events in groupby(new, key=lambda event: isinstance(event, e.LoopIterated)):
            together = list(events)
            for event in together:
                self._number(event)
            if is_loop:
                self._iterate(play, [event for event in together if isinstance(event, e.LoopIterated)])
            else:
                for event in together:
                    self._see(play, event)
        assert not self.fired, "a loop that fires delivers at once"
        self._attempts_start_once_and_not_too_many(play)
        self._the_fold_is_the_board(play)
        self._what_is_not_answered_is_outstanding(play)

    def _number(self, event: e.Event) -> None:
        self.seen += 1
        assert event.seq == self.seen
        assert event.at >= self.at
        assert not self.is_over, "nothing follows the last event"
        self.at = event.at
        assert self.folder is not None
        self.folder.add(event)

    def _see(self, play: Play, event: e.Event) -> None:
        match event:
            case e.RunQueued():
                self.steps = {step_id: Now() for step_id in event.steps}
            case e.RunCancelling():
                self.is_stopping = True
            case e.RunSucceeded() | e.RunFailed() | e.RunCancelled():
                self.is_over = True
            case e.EdgeDelivered() | e.EdgeDead():
                self._resolve(play, event)
            case e.StepRetrying():
                self._back_off(play, event)
            case e.StepProgress() | e.StepMetric() | e.StepArtifact():
                now = self.steps[event.step_id]
                assert now.key == (event.iteration, event.attempt)
                assert now.status not in TERMINAL
            case e.RunStarted() | e.LoopIterated():
                pass
            case _:
                self._change(play, event)

    def _change(self, play: Play, event: e.Event) -> None:
        now, status = self.steps[event.step_id], _STATUS_OF[type(event)]
        assert now.key == (event.iteration, event.attempt)
        assert status in _NEXT.get(now.status, set()), (event.step_id, now.status, status)
        if status == "queued" and now.status == "pending":
            self._may_run(play, event.step_id)
        if status == "queued":
            assert not self.is_stopping
            self.queue.append((event.step_id, *now.key))
        now.status = status
        if isinstance(event, e.StepSucceeded | e.StepReused):
            now.ports = frozenset(event.ports)
        now.hands_on = self._handed_on(play, event.step_id, status)

    def _handed_on(self, play: Play, step_id: str, status: str) -> str:
        step = next(step for step in play.plan.steps if step.id == step_id)
        if status == "skipped":
            above = [self.edges.get(edge.id) for edge in play.plan.edges if edge.target == step_id and _forward(edge)]
            return "upstream_failed" if step.enabled and "upstream_failed" in above else "not_taken"
        tolerated = step.policy.on_failure == "continue" and status != "cancelled"
        return "upstream_failed" if status in BAD and not tolerated else "not_taken"

    def _may_run(self, play: Play, step_id: str) -> None:
        """A join never runs early, and only with what it needs."""
        step = next(step for step in play.plan.steps if step.id == step_id)
        into = [edge for edge in play.plan.edges if edge.target == step_id and _forward(edge)]
        fates = [self.edges.get(edge.id) for edge in into]
        assert None not in fates, f"{step_id} was queued too early"
        assert "upstream_failed" not in fates
        assert not into or "delivered" in fates
        arrived = {edge.target_port for edge, fate in zip(into, fates, strict=True) if fate == "delivered"}
        assert all(port.name in arrived for port in step.inputs if port.required)
        assert step.enabled

    def _resolve(self, play: Play, event: e.EdgeDelivered | e.EdgeDead) -> None:
        edge = next(edge for edge in play.plan.edges if edge.id == event.edge_id)
        source = self.steps[edge.source]
        fate = event.cause if isinstance(event, e.EdgeDead) else "delivered"
        if not _forward(edge):
            self._resolve_loop(play, event.edge_id, fate)
            return
        assert edge.id not in self.edges, "an edge is resolved once"
        assert source.status in TERMINAL
        delivers = source.status in GOOD and edge.source_port in source.ports
        assert fate == ("delivered" if delivers else source.hands_on)
        self.edges[edge.id] = fate

    def _resolve_loop(self, play: Play, edge_id: str, fate: str) -> None:
        loop = next(loop for loop in play.plan.loops if loop.edge_id == edge_id)
        source = self.steps[loop.source]
        emitted = source.status in GOOD and loop.source_port in source.ports
        if fate == "delivered":
            self.fired.remove(edge_id)
        elif fate == "loop_limit":
            assert emitted
            assert self.counts.get(edge_id, 1) == loop.max_iterations
        else:
            assert fate == ("upstream_failed" if emitted else source.hands_on)
        self.edges[edge_id] = fate

    def _back_off(self, play: Play, event: e.StepRetrying) -> None:
        now = self.steps[event.step_id]
        step = next(step for step in play.plan.steps if step.id == event.step_id)
        assert now.key == (event.iteration, event.attempt)
        assert now.status in {"failed", "timed_out", "lost"}
        assert step.pure or now.status != "lost"
        assert step.mode != "reuse"
        assert not self.is_stopping
        assert event.next_attempt == event.attempt + 1 <= step.policy.retries + 1
        bound = min(3600.0, step.policy.retry_delay_s * 2.0 ** (event.attempt - 1))
        assert 0.5 * bound <= event.delay_s <= 1.5 * bound
        self.steps[event.step_id] = Now(event.iteration, event.next_attempt, "backing off")

    def _iterate(self, play: Play, events: list[e.LoopIterated]) -> None:
        assert not self.is_stopping
        loops = {loop.edge_id: loop for loop in play.plan.loops}
        again: dict[str, int] = {}
        for event in events:
            loop = loops[event.edge_id]
            self._may_fire(play, loop)
            assert event.count == self.counts.get(loop.edge_id, 1) + 1 <= event.limit == loop.max_iterations
            assert event.steps == {step_id: self.steps[step_id].iteration + 1 for step_id in loop.repeats}
            again |= event.steps
        for event in events:
            self._count(event, loops)
        waiting = [edge_id for event in events for edge_id in event.edges]
        assert len(waiting) == len(set(waiting))
        forward = {edge.id for edge in play.plan.edges if _forward(edge) and edge.source in again}
        assert forward == {edge_id for edge_id in waiting if edge_id not in loops}
        for edge_id in waiting:
            del self.edges[edge_id]
        for step_id, iteration in again.items():
            self.steps[step_id] = Now(iteration)
        self.fired = {event.edge_id for event in events}

    def _may_fire(self, play: Play, loop: PlannedLoop) -> None:
        source = self.steps[loop.source]
        assert source.status in GOOD
        assert loop.source_port in source.ports
        for other in play.plan.loops:
            if not set(other.repeats).isdisjoint(loop.repeats):
                assert all(self.steps[step_id].status in TERMINAL for step_id in other.repeats)

    def _count(self, event: e.LoopIterated, loops: dict[str, PlannedLoop]) -> None:
        loop = loops[event.edge_id]
        inside = {other.edge_id for other in loops.values() if is_inside(other, loop)}
        assert set(event.restarted) == {edge_id for edge_id in inside if self.counts.get(edge_id, 1) > 1}
        self.counts |= dict.fromkeys(event.restarted, 1) | {event.edge_id: event.count}

    def _attempts_start_once_and_not_too_many(self, play: Play) -> None:
        keys = [(key.step_id, key.iteration, key.attempt) for key in (start.key for start in play.starts)]
        assert len(keys) == len(set(keys))
        new = keys[play.restarted :]
        assert new == self.queue[play.started_before :][: len(new)], "first queued, first started"
        if play.plan.max_parallel is not None:
            assert play.most_parallel <= play.plan.max_parallel

    def _the_fold_is_the_board(self, play: Play) -> None:
        assert self.folder is not None
        state, board = self.folder.state(), play.machine._desk.board
        assert state.status == board.status
        assert {edge_id: max(count, 1) for edge_id, count in board.counts.items()} == state.loop_counts == self.counts
        for view in state.steps:
            run, now = board.latest[view.id], self.steps[view.id]
            seen = (view.status, view.reason, view.cause_step, view.mlflow_run_id, view.metrics, set(view.artifacts))
            known = (
                run.status,
                run.reason,
                run.cause_step,
                run.mlflow_run_id,
                run.metrics,
                set(run.artifacts.values()),
            )
            assert seen == known
            assert (view.iteration, view.attempt) == (run.key.iteration, run.key.attempt) == now.key
            assert view.status == now.status.replace("backing off", "queued")
        assert {edge.id for edge in state.edges} == set(board.tokens) == set(self.edges)
        live = sum(not view.status.is_terminal for view in state.steps)
        assert live == board.unfinished
        assert sum(run.in_flight for run in board.latest.values()) == board.in_flight == len(play.under_way)

    def _what_is_not_answered_is_outstanding(self, play: Play) -> None:
        outstanding = play.machine.outstanding()
        starts = {command.key: command for command in outstanding if isinstance(command, StartAttempt)}
        assert starts == play.under_way
        stops = {command.key for command in outstanding if isinstance(command, CancelAttempt)}
        assert stops == (set(starts) if self.is_stopping else set())
        waits = {command.key.step_id for command in outstanding if isinstance(command, WakeAfter)}
        assert waits == {step_id for step_id, now in self.steps.items() if now.status == "backing off"}
        closes = [command for command in outstanding if isinstance(command, CloseRun)]
        assert closes == ([play.closing] if play.closing is not None and not self.is_over else [])


def is_inside(one: PlannedLoop, other: PlannedLoop) -> bool:
    """Whether `one` begins anew when `other` fires: it is a part of its body, or lies downstream of it."""
    if set(one.body) < set(other.body):
        return True
    return set(one.body).isdisjoint(other.body) and one.target in other.repeats


def _forward(edge: object) -> bool:
    return getattr(edge, "kind", "") == "data"


def everything_has_ended(play: Play) -> None:
    """After the run: nothing is left over anywhere."""
    assert play.machine.is_over
    last = play.events[-1]
    assert isinstance(last, e.RunSucceeded | e.RunFailed | e.RunCancelled)
    state = fold_all(play.run_id, play.events)
    assert all(view.status.is_terminal for view in state.steps)
    assert {edge.id for edge in state.edges} == {edge.id for edge in play.plan.edges}
    assert not play.under_way
    left = {view.id for view in state.steps if view.mlflow_run_id is not None or view.metrics or view.artifacts}
    assert set(last.results) == left
