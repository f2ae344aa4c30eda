"""What becomes of the edges out of a step that has ended: one rule per way of ending."""

from octopus.compiler.plan import PlannedStep
from octopus.domain.status import StepStatus
from octopus.engine.board import StepRun
from octopus.engine.tokens import Dead, Delivered

BAD_ENDINGS = {
    StepStatus.FAILED: "failed",
    StepStatus.TIMED_OUT: "timed out",
    StepStatus.LOST: "was lost",
    StepStatus.CANCELLED: "was cancelled",
}
"""As a clause after the step's id."""
GOOD_ENDINGS = (StepStatus.SUCCEEDED, StepStatus.REUSED)


def is_tolerated(run: StepRun, step: PlannedStep) -> bool:
    """The step failed, timed out or was lost, and its policy says that the run goes on as if it were not taken."""
    own = run.status in BAD_ENDINGS and run.status is not StepStatus.CANCELLED
    return own and step.policy.on_failure == "continue"


def an_emitted_port_delivers(run: StepRun, step: PlannedStep, port: str) -> Delivered | None:
    return Delivered(run.key) if run.status in GOOD_ENDINGS and port in run.emitted else None


def a_port_not_chosen_is_not_taken(run: StepRun, step: PlannedStep, port: str) -> Dead | None:
    if run.status not in GOOD_ENDINGS:
        return None
    return Dead("not_taken", step.id, f"{step.id} did not choose {port}")


def a_skip_is_handed_on(run: StepRun, step: PlannedStep, port: str) -> Dead | None:
    return run.hands_on


def a_tolerated_failure_is_not_taken(run: StepRun, step: PlannedStep, port: str) -> Dead | None:
    if not is_tolerated(run, step):
        return None
    return Dead("not_taken", step.id, f"{step.id} {BAD_ENDINGS[run.status]}")


def a_bad_ending_is_handed_on(run: StepRun, step: PlannedStep, port: str) -> Dead | None:
    if run.status not in BAD_ENDINGS:
        return None
    return Dead("upstream_failed", step.id, f"{step.id} {BAD_ENDINGS[run.status]}")
