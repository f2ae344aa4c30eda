"""A step that has forward edges runs only if at least one of them delivered; `after` counts like any other port."""

from octopus.engine.rules.candidate import Candidate, Skip


def nothing_delivered(candidate: Candidate) -> Skip | None:
    if candidate.delivered_ports or not candidate.dead:
        return None
    _, dead = candidate.dead[0]
    return Skip(f"not run because {dead.why}", dead.origin, dead)
