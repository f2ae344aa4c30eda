"""Whatever no other rule skips is ready."""

from octopus.engine.rules.candidate import Candidate, Queue


def ready(candidate: Candidate) -> Queue:
    if candidate.edge_count == 0:
        return Queue("it waits for nothing")
    return Queue(f"{candidate.edge_count - len(candidate.dead)} of {candidate.edge_count} edges delivered, none failed")
