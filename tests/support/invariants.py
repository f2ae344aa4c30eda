"""What must hold after every signal of every run, whatever the drawing, the world and the order of its answers."""

from octopus.domain import event as e
from octopus.domain.fold import fold_all
from tests.support.play import Play

_NEXT = {
    "pending": {"queued", "skipped", "cancelled"},
    "queued": {"running", "cancelled", "failed", "timed_out", "lost"},
    "running": {"cancelling", "succeeded", "failed", "timed_out", "lost", "cancelled"},
    "cancelling": {"cancelled", "failed", "timed_out", "lost"},
}
_STATUS_OF = {
    e.StepQueued: "queued",
    e.StepStarted: "running",
    e.StepCancelling: "cancelling",
    e.StepSucceeded: "succeeded",
    e.StepFailed: "failed",
    e.StepTimedOut: "timed_out",
    e.StepLost: "lost",
    e.StepSkipped: "skipped",
    e.StepCancelled: "cancelled",
}


def hold(play: Play) -> None:
    """All of them."""
    events_are_numbered_without_a_gap(play)
    statuses_only_go_forward(play)
    edges_are_resolved_once_and_as_emitted(play)
    a_step_is_queued_once_when_all_its_edges_are_resolved(play)
    attempts_start_once_and_not_too_many(play)
    the_fold_is_the_board(play)


def events_are_numbered_without_a_gap(play: Play) -> None:
    assert [event.seq for event in play.events] == list(range(1, len(play.events) + 1))
    assert [event.at for event in play.events] == sorted(event.at for event in play.events)


def statuses_only_go_forward(play: Play) -> None:
    now = dict.fromkeys((step.id for step in play.plan.steps), "pending")
    for event in play.events:
        status = _STATUS_OF.get(type(event))
        if status is not None:
            assert status in _NEXT.get(now[event.step_id], set()), (event.step_id, now[event.step_id], status)
            now[event.step_id] = status


def edges_are_resolved_once_and_as_emitted(play: Play) -> None:
    succeeded: set[str] = set()
    resolved: set[str] = set()
    edges = {edge.id: edge for edge in play.plan.edges}
    for event in play.events:
        if isinstance(event, e.StepSucceeded):
            succeeded.add(event.step_id)
        if isinstance(event, e.EdgeDelivered | e.EdgeDead):
            assert event.edge_id not in resolved
            resolved.add(event.edge_id)
            edge = edges[event.edge_id]
            act = play.acts.get(edge.source)
            emitted = act is None or act.emits is None or edge.source_port in act.emits
            delivers = edge.source in succeeded and emitted
            assert isinstance(event, e.EdgeDelivered) == delivers, event


def a_step_is_queued_once_when_all_its_edges_are_resolved(play: Play) -> None:
    waits_for = {step.id: 0 for step in play.plan.steps}
    for edge in play.plan.edges:
        waits_for[edge.target] += 1
    target = {edge.id: edge.target for edge in play.plan.edges}
    queued: set[str] = set()
    for event in play.events:
        if isinstance(event, e.EdgeDelivered | e.EdgeDead):
            waits_for[target[event.edge_id]] -= 1
        if isinstance(event, e.StepQueued):
            assert event.step_id not in queued
            assert waits_for[event.step_id] == 0, f"{event.step_id} was queued too early"
            queued.add(event.step_id)


def attempts_start_once_and_not_too_many(play: Play) -> None:
    keys = [start.key for start in play.starts]
    assert len(keys) == len(set(keys))
    queue = [event.step_id for event in play.events if isinstance(event, e.StepQueued)]
    assert [key.step_id for key in keys] == queue[: len(keys)], "first queued, first started"
    if play.plan.max_parallel is not None:
        assert play.most_parallel <= play.plan.max_parallel


def the_fold_is_the_board(play: Play) -> None:
    state = fold_all("run1", play.events)
    board = play.machine._desk.board
    assert state.status == board.status
    for view in state.steps:
        run = board.latest[view.id]
        seen = (view.status, view.reason, view.cause_step, view.mlflow_run_id, view.metrics, set(view.artifacts))
        known = (run.status, run.reason, run.cause_step, run.mlflow_run_id, run.metrics, set(run.artifacts.values()))
        assert seen == known
    assert {edge.id for edge in state.edges} == set(board.tokens)
    live = sum(not view.status.is_terminal for view in state.steps)
    assert live == board.unfinished
    assert sum(run.in_flight for run in board.latest.values()) == board.in_flight == len(play.under_way)


def everything_has_ended(play: Play) -> None:
    """After the run: nothing is left over anywhere."""
    assert play.machine.is_over
    assert isinstance(play.events[-1], e.RunSucceeded | e.RunFailed | e.RunCancelled)
    assert play.closing is not None
    state = fold_all("run1", play.events)
    assert all(view.status.is_terminal for view in state.steps)
    assert {edge.id for edge in state.edges} == {edge.id for edge in play.plan.edges}
    assert not play.under_way
    started = {view.id for view in state.steps if view.mlflow_run_id is not None}
    assert set(play.events[-1].results) == started
