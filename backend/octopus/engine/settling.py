"""What follows when a step ends: its edges are resolved, and whoever waited for them is queued or skipped in turn.

The only place where a step run becomes terminal. Iterative: a chain of skips of any length is no recursion.
"""

from collections import deque
from typing import assert_never

from octopus.compiler.plan import PlannedEdge
from octopus.domain.status import StepStatus
from octopus.engine import facts
from octopus.engine.board import StepRun
from octopus.engine.desk import Desk
from octopus.engine.rules import EDGE_FATES, READINESS
from octopus.engine.rules.candidate import Candidate, Queue, Skip, Verdict
from octopus.engine.rules.edge_fates import BAD_ENDINGS
from octopus.engine.tokens import Dead, Token


def begin(desk: Desk) -> None:
    """Judge what waits for nothing: disabled steps and those without forward edges, in the plan's order."""
    for step in desk.wiring.plan.steps:
        if not step.enabled or desk.board.unresolved[step.id] == 0:
            _follow(desk, _judge(desk, step.id))


def settle(desk: Desk, run: StepRun, exit_code: int | None = None, tracking: facts.Tracking = "closed") -> None:
    """Record that `run`, whose status is terminal now, has ended, and everything that follows from it."""
    _record_end(desk, run, exit_code, tracking)
    _follow(desk, run)


def _follow(desk: Desk, ended: StepRun | None) -> None:
    """Breadth first, so that whatever became ready earlier is queued earlier."""
    chain = deque([ended])
    while chain:
        run = chain.popleft()
        if run is not None:
            chain.extend(_judge(desk, step_id) for step_id in _resolve_edges(desk, run))


def _resolve_edges(desk: Desk, run: StepRun) -> list[str]:
    """The steps that waited for nothing else, in the plan's order."""
    free: list[str] = []
    for edge in desk.wiring.out_of[run.key.step_id]:
        token = _fate(run, edge)
        desk.board.tokens[edge.id] = token
        desk.recorder.record(facts.edge_resolved(desk.recorder.stamp(), edge.id, token))
        desk.board.tell(edge.target, _arrival(edge, token))
        desk.board.unresolved[edge.target] -= 1
        if desk.board.unresolved[edge.target] == 0:
            free.append(edge.target)
    return sorted(free, key=lambda step_id: desk.wiring.steps[step_id].index)


def _fate(run: StepRun, edge: PlannedEdge) -> Token:
    return next(token for rule in EDGE_FATES if (token := rule(run, edge)) is not None)


def _arrival(edge: PlannedEdge, token: Token) -> str:
    if isinstance(token, Dead):
        return f"edge {edge.id} is dead ({token.cause}): {token.why}"
    return f"edge {edge.id} delivered {edge.source}.{edge.source_port} to {edge.target_port}"


def _judge(desk: Desk, step_id: str) -> StepRun | None:
    """Queue or skip the step; answers its step run if it was skipped."""
    run = desk.board.latest[step_id]
    if run.status is not StepStatus.PENDING:
        return None
    candidate = Candidate.of(desk.wiring.steps[step_id], desk.wiring.into[step_id], desk.board.tokens)
    rule, verdict = _verdict(candidate)
    match verdict:
        case Queue():
            run.status = StepStatus.QUEUED
            desk.board.waiting.append(run)
            desk.recorder.record(facts.step_queued(desk.recorder.stamp(), run.key))
            desk.board.tell(step_id, f"queued by rule {rule}: {verdict.why}")
            return None
        case Skip():
            run.status, run.reason, run.cause_step = StepStatus.SKIPPED, verdict.reason, verdict.cause_step
            run.hands_on = verdict.hands_on
            desk.board.tell(step_id, f"skipped by rule {rule}: {verdict.reason}")
            _record_end(desk, run, None, "closed")
            return run
        case _:
            assert_never(verdict)


def _verdict(candidate: Candidate) -> tuple[str, Verdict]:
    """The first rule that answers, with its name."""
    return next((rule.__name__, verdict) for rule in READINESS if (verdict := rule(candidate)) is not None)


def _record_end(desk: Desk, run: StepRun, exit_code: int | None, tracking: facts.Tracking) -> None:
    board, stamp = desk.board, desk.recorder.stamp()
    if run.status is StepStatus.SUCCEEDED:
        desk.recorder.record(facts.step_succeeded(stamp, run.key, exit_code, tracking))
    else:
        desk.recorder.record(facts.step_ended_badly(stamp, run, exit_code, tracking))
    if run.status in BAD_ENDINGS:
        board.ended_badly.append(run)
    if run.status is not StepStatus.SKIPPED:
        board.tell(run.key.step_id, f"{run.status}{': ' if run.reason else ''}{run.reason}")
    if run.in_flight:
        run.in_flight = False
        board.in_flight -= 1
    board.unfinished -= 1
