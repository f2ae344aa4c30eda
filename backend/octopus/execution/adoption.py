"""Adoption: a run that has ended -> the step runs whose results another run takes over as they are."""

from collections.abc import Mapping

from octopus.compiler.plan import Adopted
from octopus.domain.run import RunState, StepRunView
from octopus.domain.status import StepStatus


def adoptable(state: RunState) -> Mapping[str, Adopted | None]:
    """Per step that succeeded or was reused the step run that did the work. None: it did so in a later iteration of a
    loop, whose inputs the other run may not have; it is looked up by its fingerprint."""
    done = (StepStatus.SUCCEEDED, StepStatus.REUSED)
    return {view.id: _adopted(state.id, view) for view in state.steps if view.status in done}


def _adopted(run_id: str, view: StepRunView) -> Adopted | None:
    if view.iteration > 1:
        return None
    origin = view.reused_from
    return Adopted(origin.run_id, origin.step_id, origin.iteration) if origin else Adopted(run_id, view.id, 1)
