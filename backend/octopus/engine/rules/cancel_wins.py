"""Cancel wins over a success that is not yet recorded; a failure of the step's own stays what it is."""

from octopus.domain.status import StepStatus


def cancel_wins(outcome: StepStatus, cancel_requested: bool) -> StepStatus:
    """The status with which an attempt is recorded that ended as `outcome`."""
    return StepStatus.CANCELLED if cancel_requested and outcome is StepStatus.SUCCEEDED else outcome
