"""Whether an attempt that ended badly is followed by another, and after how long. Pure: the delay is drawn from the
run's id and the step run, so that the same run always waits the same time."""

import hashlib
from dataclasses import dataclass

from octopus.compiler.plan import PlannedStep
from octopus.domain.status import StepStatus
from octopus.engine.board import Board, StepRun
from octopus.engine.rules.edge_fates import BAD_ENDINGS
from octopus.engine.signals import StepRunKey

LONGEST_DELAY_S = 3600.0
"""Before the jitter: doubling must not put a step to sleep for days."""


@dataclass(frozen=True, slots=True)
class Retry:
    """`why`: for the step's story, and shown while it waits."""

    why: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """`why` "": nothing worth telling."""

    why: str


def a_run_that_is_being_ended_retries_nothing(run: StepRun, step: PlannedStep, board: Board) -> GiveUp | None:
    return GiveUp("not retried because the run is being ended") if board.is_stopping else None


def a_missing_result_is_not_retried(run: StepRun, step: PlannedStep, board: Board) -> GiveUp | None:
    return GiveUp("not retried because it is only ever reused") if step.mode == "reuse" else None


def a_lost_step_with_outside_effects_is_not_retried(run: StepRun, step: PlannedStep, board: Board) -> GiveUp | None:
    if run.status is StepStatus.LOST and not step.pure:
        return GiveUp("not retried because it has effects outside and may have had them already")
    return None


def no_attempts_are_left(run: StepRun, step: PlannedStep, board: Board) -> GiveUp | None:
    if run.key.attempt <= step.policy.retries:
        return None
    return GiveUp(f"no attempts are left after {run.key.attempt}" if step.policy.retries else "")


def any_other_failure_is_retried(run: StepRun, step: PlannedStep, board: Board) -> Retry:
    return Retry(f"attempt {run.key.attempt} of {step.policy.retries + 1} {BAD_ENDINGS[run.status]}")


def delay_s(run_id: str, key: StepRunKey, first_delay_s: float) -> float:
    """Seconds to wait after the attempt `key`: twice as long after each one, at most an hour, times a jitter in
    [0.5, 1.5) so that steps which failed together do not come back together. To the millisecond."""
    doubled = min(LONGEST_DELAY_S, first_delay_s * 2.0 ** min(key.attempt - 1, 64))
    drawn = hashlib.sha256(f"{run_id}/{key.step_id}/{key.iteration}/{key.attempt}".encode()).digest()
    return round(doubled * (0.5 + int.from_bytes(drawn[:7]) / 2**56), 3)
