"""Commits: the events of one run, on their way from the machine into the database and then to whoever watches. Nobody
sees what is not committed."""

from collections.abc import Iterable, Sequence

from octopus.domain import event as e
from octopus.domain.fold import Folder
from octopus.domain.results import StepResultRecord
from octopus.domain.run import RunState
from octopus.engine.signals import StepRunKey
from octopus.execution.persistence import until_stored
from octopus.execution.ports import Audience, RunStore


class Commits:
    """`seen`: the events that are committed already."""

    def __init__(self, run_id: str, store: RunStore, audience: Audience, seen: Iterable[e.Event]) -> None:
        self._run_id = run_id
        self._store = store
        self._audience = audience
        self._folder = Folder(run_id)
        self._state: RunState | None = None
        self._results: dict[StepRunKey, StepResultRecord] = {}
        self.started_at: dict[StepRunKey, str] = {}
        self.retrying_since: dict[StepRunKey, str] = {}
        for event in seen:
            self._take_note(event)

    @property
    def state(self) -> RunState:
        """Where the run stands, as far as it is committed."""
        if self._state is None:
            self._state = self._folder.state()
        return self._state

    def expect(self, key: StepRunKey, result: StepResultRecord) -> None:
        """`result` is to be stored with the event that says that this step run succeeded, if there will be one."""
        self._results[key] = result

    async def commit(self, events: Sequence[e.Event]) -> None:
        """Tries until the database takes them: steps go on meanwhile."""
        if not events:
            return
        results = [result for event in events if (result := self._result_with(event)) is not None]
        await until_stored(lambda: self._store.append(self._run_id, events, results))
        for event in events:
            self._take_note(event)
        self._audience.publish(self._run_id, events)

    def _result_with(self, event: e.Event) -> StepResultRecord | None:
        if not isinstance(event, e.StepSucceeded):
            return None
        return self._results.pop(StepRunKey(event.step_id, event.iteration, event.attempt), None)

    def _take_note(self, event: e.Event) -> None:
        self._folder.add(event)
        self._state = None
        match event:
            case e.StepStarted():
                self.started_at[StepRunKey(event.step_id, event.iteration, event.attempt)] = event.at
            case e.StepRetrying():
                self.retrying_since[StepRunKey(event.step_id, event.iteration, event.next_attempt)] = event.at
            case _:
                pass
