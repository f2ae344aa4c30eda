"""Retries: after an attempt that ended badly and that the rules give another, the step waits for its turn again."""

from octopus.compiler.plan import PlannedStep
from octopus.domain.status import StepStatus
from octopus.engine import facts
from octopus.engine.board import StepRun
from octopus.engine.commands import WakeAfter
from octopus.engine.desk import Desk
from octopus.engine.rules import RETRY
from octopus.engine.rules.retry import GiveUp, Retry, delay_s
from octopus.engine.settling import leave_flight, queue
from octopus.engine.signals import RetryDue, StepRunKey


def retry(desk: Desk, run: StepRun) -> bool:
    """Whether `run`, whose bad end is recorded, is followed by another attempt."""
    step = desk.wiring.steps[run.key.step_id]
    verdict = _verdict(desk, run, step)
    if isinstance(verdict, GiveUp):
        if verdict.why:
            desk.board.tell(step.id, verdict.why)
        return False
    _back_off(desk, run, verdict, delay_s(desk.recorder.run_id, run.key, step.policy.retry_delay_s))
    return True


def due(desk: Desk, signal: RetryDue) -> None:
    """Too late for a step that was cancelled while it waited."""
    run = desk.board.find(signal.key)
    if run is not None and run.back_off_s is not None and not run.status.is_terminal:
        run.back_off_s, run.reason = None, ""
        queue(desk, run, f"queued for attempt {run.key.attempt}: its back-off is over")


def _verdict(desk: Desk, run: StepRun, step: PlannedStep) -> Retry | GiveUp:
    return next(verdict for rule in RETRY if (verdict := rule(run, step, desk.board)) is not None)


def _back_off(desk: Desk, failed: StepRun, verdict: Retry, wait_s: float) -> None:
    leave_flight(desk, failed)
    key = StepRunKey(failed.key.step_id, failed.key.iteration, failed.key.attempt + 1)
    reason = f"{verdict.why}: {failed.reason}" if failed.reason else verdict.why
    run = desk.board.latest[key.step_id] = StepRun(key, StepStatus.QUEUED, reason, back_off_s=wait_s)
    desk.recorder.record(facts.step_retrying(desk.recorder.stamp(), failed.key, key.attempt, wait_s, run.reason))
    desk.board.tell(key.step_id, f"retried in {wait_s:g} s as attempt {key.attempt}: {verdict.why}")
    desk.recorder.command(WakeAfter(key, wait_s))
