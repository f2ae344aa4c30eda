"""An Audience that remembers what it was told."""

from collections.abc import Sequence

from octopus.domain.event import Event


class RecordedAudience:
    def __init__(self) -> None:
        self.published: dict[str, list[Event]] = {}
        self.growths: dict[str, int] = {}

    def publish(self, run_id: str, events: Sequence[Event]) -> None:
        self.published.setdefault(run_id, []).extend(events)

    def log_grew(self, run_id: str) -> None:
        self.growths[run_id] = self.growths.get(run_id, 0) + 1
