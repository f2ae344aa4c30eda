"""Whatever no other rule skips is ready."""

from octopus.engine.rules.candidate import Candidate, Queue


def ready(candidate: Candidate) -> Queue:
    arrived = len(candidate.incoming) - len(candidate.dead)
    if not candidate.incoming:
        return Queue("it waits for nothing")
    return Queue(f"{arrived} of {len(candidate.incoming)} edges delivered, none failed")
