"""Every step run of a run, all iterations and attempts: what the fold shows of each when the next one replaces it."""

from collections.abc import Iterable

from octopus.domain.event import Event
from octopus.domain.fold import fold
from octopus.domain.run import RunState, StepRunView


def step_runs(run_id: str, events: Iterable[Event]) -> tuple[StepRunView, ...]:
    """In the order in which they came into being; steps that never began stand as they are, pending or skipped."""
    state = RunState(id=run_id)
    found: dict[tuple[str, int, int], StepRunView] = {}
    for event in events:
        state = fold(state, event)
        for view in state.steps:
            found[(view.id, view.iteration, view.attempt)] = view
    return tuple(found.values())
