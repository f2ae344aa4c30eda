"""A step with any edge that is dead because something failed upstream is skipped, on optional and many ports too.

With several the first in the document's order names the step that is the cause.
"""

from octopus.engine.rules.candidate import Candidate, Skip


def upstream_failed(candidate: Candidate) -> Skip | None:
    for _, dead in candidate.dead:
        if dead.cause == "upstream_failed":
            return Skip(f"not run because {dead.why}", dead.origin, dead)
    return None
