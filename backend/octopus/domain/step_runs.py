"""Every step run of a run, all iterations and attempts: what the fold shows of each when the next one replaces it."""

from collections.abc import Iterable

from octopus.domain.event import Event
from octopus.domain.fold import Folder
from octopus.domain.run import StepRunView


def step_runs(run_id: str, events: Iterable[Event]) -> tuple[StepRunView, ...]:
    """In the order in which they came into being; steps that never began stand as they are, pending or skipped."""
    folder = Folder(run_id)
    found: dict[tuple[str, int, int], StepRunView] = {}
    for event in events:
        found.update({(view.id, view.iteration, view.attempt): view for view in folder.add(event)})
    return tuple(found.values())
