"""Host: what the attempts of all runs share."""

from dataclasses import dataclass

from octopus.domain.tracking import Tracking
from octopus.execution.backends.protocol import Backend
from octopus.execution.clock import Clock
from octopus.execution.closings import Closings
from octopus.execution.environments.environments import Environments
from octopus.execution.ports import Audience, Results
from octopus.execution.reuse.flights import Flights
from octopus.execution.reuse.lookup import Reuse
from octopus.execution.settings import ExecutionSettings
from octopus.execution.slots import Slots


@dataclass(frozen=True, slots=True)
class Host:
    settings: ExecutionSettings
    tracking: Tracking
    backend: Backend
    audience: Audience
    results: Results
    reuse: Reuse
    flights: Flights
    slots: Slots
    environments: Environments
    closings: Closings
    clock: Clock
