"""Ends the run: decides how, asks for its MLflow run to be closed, and records the last event."""

from octopus.domain.event import StepResult
from octopus.engine import facts
from octopus.engine.board import Ending, StepRun
from octopus.engine.commands import CloseRun
from octopus.engine.desk import Desk
from octopus.engine.looping import resolve_what_never_fired
from octopus.engine.rules import RUN_END
from octopus.engine.signals import RunClosed


def ask_to_close(desk: Desk) -> None:
    """Once, when every step is terminal."""
    board = desk.board
    if board.unfinished == 0 and board.ending is None:
        resolve_what_never_fired(desk)
        board.ending = next(ending for rule in RUN_END if (ending := rule(board)) is not None)
        desk.recorder.command(CloseRun(board.ending.status, board.ending.reason))


def closed(desk: Desk, signal: RunClosed) -> None:
    ending = desk.board.ending
    if ending is None:
        return
    _record(desk, ending, signal.tracking)


def _record(desk: Desk, ending: Ending, tracking: facts.Tracking) -> None:
    latest = (desk.board.latest[step.id] for step in desk.wiring.plan.steps)
    results = {run.key.step_id: _result(run) for run in latest if _left_something(run)}
    desk.recorder.record(facts.run_ended(desk.recorder.stamp(), ending, results, tracking))
    desk.board.status = ending.status


def _left_something(run: StepRun) -> bool:
    return run.mlflow_run_id is not None or bool(run.metrics) or bool(run.artifacts)


def _result(run: StepRun) -> StepResult:
    return StepResult(
        metrics=dict(run.metrics), artifacts=tuple(run.artifacts.values()), mlflow_run_id=run.mlflow_run_id
    )
