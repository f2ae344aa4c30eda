"""What becomes of the edges out of a step that has ended: one rule per way of ending."""

from octopus.compiler.plan import PlannedEdge
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


def an_emitted_port_delivers(run: StepRun, edge: PlannedEdge) -> Delivered | None:
    is_emitted = run.status is StepStatus.SUCCEEDED and edge.source_port in run.emitted
    return Delivered(run.key) if is_emitted else None


def a_port_not_chosen_is_not_taken(run: StepRun, edge: PlannedEdge) -> Dead | None:
    if run.status is not StepStatus.SUCCEEDED:
        return None
    return Dead("not_taken", run.key.step_id, f"{run.key.step_id} did not choose {edge.source_port}")


def a_skip_is_handed_on(run: StepRun, edge: PlannedEdge) -> Dead | None:
    return run.hands_on


def a_bad_ending_is_handed_on(run: StepRun, edge: PlannedEdge) -> Dead | None:
    if run.status not in BAD_ENDINGS:
        return None
    return Dead("upstream_failed", run.key.step_id, f"{run.key.step_id} {BAD_ENDINGS[run.status]}")
