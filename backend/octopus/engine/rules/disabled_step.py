"""A disabled step is skipped as soon as the run starts; what follows it is not taken."""

from octopus.engine.rules.candidate import Candidate, Skip
from octopus.engine.tokens import Dead


def disabled_step(candidate: Candidate) -> Skip | None:
    step = candidate.step
    if step.enabled:
        return None
    return Skip("disabled", None, Dead("not_taken", step.id, f"{step.id} is disabled"))
