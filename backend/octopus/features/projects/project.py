"""What is known of a registered project, as it is sent."""

from octopus.catalog.step_type import StepType
from octopus.domain.base import Timestamp, Value
from octopus.domain.problem import Problem


class Project(Value):
    """`path`: its folder on the server's machine. `step_types`: of its entry points, in the file's order; as they were
    when they could last be read. `unavailable`: why they cannot run now (the folder is gone, the MLproject file is not
    valid any more), None: they can. `problems`: what is wrong with the file, also warnings; pointers lead into it."""

    id: str
    name: str
    path: str
    registered_at: Timestamp
    step_types: tuple[StepType, ...]
    unavailable: str | None = None
    problems: tuple[Problem, ...] = ()
