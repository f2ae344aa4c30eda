"""A step whose required port gets nothing, since no edge into it was taken, is skipped."""

from octopus.engine.rules.candidate import Candidate, Skip


def required_input_missing(candidate: Candidate) -> Skip | None:
    for port in candidate.step.inputs:
        if not port.required or port.name in candidate.delivered_ports:
            continue
        for edge, dead in candidate.dead:
            if edge.target_port == port.name:
                return Skip(f"input {port.name} got nothing because {dead.why}", dead.origin, dead)
    return None
