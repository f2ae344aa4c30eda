"""What follows when a step ends: its edges are resolved, and whoever waited for them is queued or skipped in turn.

The only place where a step run becomes terminal for good. Iterative: a chain of skips of any length is no recursion.
"""

from collections.abc import Iterable
from typing import assert_never

from octopus.compiler.plan import PlannedEdge, PlannedStep
from octopus.domain.status import StepStatus
from octopus.engine import facts
from octopus.engine.board import StepRun
from octopus.engine.desk import Desk
from octopus.engine.rules import EDGE_FATES, READINESS
from octopus.engine.rules.candidate import Candidate, Queue, Skip, Verdict
from octopus.engine.rules.edge_fates import BAD_ENDINGS, is_tolerated
from octopus.engine.tokens import Dead, Delivered, Token


def judge_all(desk: Desk, step_ids: Iterable[str]) -> None:
    """Judge what waits for nothing: disabled steps and those without an unresolved forward edge, in the order given."""
    for step_id in step_ids:
        if not desk.wiring.steps[step_id].enabled or desk.board.unresolved[step_id] == 0:
            _follow(desk, _judge(desk, step_id))


def settle(desk: Desk, run: StepRun) -> None:
    """`run` has ended, its end is recorded: everything that follows from that."""
    _put_away(desk, run)
    _follow(desk, run)


def fate(desk: Desk, run: StepRun, port: str) -> Token:
    """What becomes of an edge at the output `port` of a step that has ended."""
    return _fate(run, desk.wiring.steps[run.key.step_id], port)


def leave_flight(desk: Desk, run: StepRun) -> None:
    if run.in_flight:
        run.in_flight = False
        desk.board.in_flight -= 1


def queue(desk: Desk, run: StepRun, why: str) -> None:
    """`run` starts as soon as there is room."""
    run.status = StepStatus.QUEUED
    desk.board.waiting.append(run)
    if desk.keeps_history:
        desk.recorder.record(facts.step_queued(desk.recorder.stamp(), run.key))
        desk.board.tell(run.key.step_id, why)


def _follow(desk: Desk, ended: StepRun | None) -> None:
    """Breadth first, so that whatever became ready earlier is queued earlier."""
    chain = [] if ended is None else [ended]
    for run in chain:  # Grows while it is walked.
        for step_id in _resolve_edges(desk, run):
            skipped = _judge(desk, step_id)
            if skipped is not None:
                chain.append(skipped)


def _resolve_edges(desk: Desk, run: StepRun) -> list[str]:
    """The steps that waited for nothing else, in the plan's order."""
    wiring, tokens, unresolved = desk.wiring, desk.board.tokens, desk.board.unresolved
    step_id = run.key.step_id
    step, is_first = wiring.steps[step_id], run.key is wiring.first_keys[step_id]
    free: list[str] = []
    for edge in wiring.out_of[step_id]:
        token = tokens[edge.id] = _fate(run, step, edge.source_port)
        target = edge.target
        if not is_first or isinstance(token, Dead):
            desk.board.irregular.add(target)
        if desk.keeps_history:
            _tell_of_edge(desk, edge, token)
        waits_for = unresolved[target] = unresolved[target] - 1
        if waits_for == 0:
            free.append(target)
    if len(free) > 1:
        free.sort(key=lambda step_id: wiring.steps[step_id].index)
    return free


def _fate(run: StepRun, step: PlannedStep, port: str) -> Token:
    for rule in EDGE_FATES:
        token = rule(run, step, port)
        if token is not None:
            return token
    raise AssertionError(f"no rule says what becomes of {step.id}.{port}")


def _tell_of_edge(desk: Desk, edge: PlannedEdge, token: Token) -> None:
    desk.recorder.record(facts.edge_resolved(desk.recorder.stamp(), edge.id, token))
    desk.board.tell(edge.target, _arrival(edge, token))


def _arrival(edge: PlannedEdge, token: Token) -> str:
    if isinstance(token, Dead):
        return f"edge {edge.id} is dead ({token.cause}): {token.why}"
    return f"edge {edge.id} delivered {edge.source}.{edge.source_port} to {edge.target_port}"


def _judge(desk: Desk, step_id: str) -> StepRun | None:
    """Queue or skip the step; answers its step run if it was skipped."""
    run = desk.board.latest[step_id]
    if run.status is not StepStatus.PENDING:
        return None
    step, into = desk.wiring.steps[step_id], desk.wiring.into[step_id]
    if not desk.keeps_history and step.enabled and _all_delivered(desk, step_id, into):
        queue(desk, run, "")  # As the rules would say: none skips a step that is enabled and has no dead edge.
        return None
    candidate = Candidate.of(step, into, desk.board.tokens)
    rule, verdict = _verdict(candidate)
    match verdict:
        case Queue():
            queue(desk, run, f"queued by rule {rule}: {verdict.why}")
            return None
        case Skip():
            run.status, run.reason, run.cause_step = StepStatus.SKIPPED, verdict.reason, verdict.cause_step
            run.hands_on = verdict.hands_on
            desk.board.tell(step_id, f"skipped by rule {rule}: {verdict.reason}")
            desk.recorder.record(facts.step_ended_badly(desk.recorder.stamp(), run))
            _put_away(desk, run)
            return run
        case _:
            assert_never(verdict)


def _all_delivered(desk: Desk, step_id: str, into: Iterable[PlannedEdge]) -> bool:
    tokens = desk.board.tokens
    return step_id not in desk.board.irregular or all(isinstance(tokens[edge.id], Delivered) for edge in into)


def _verdict(candidate: Candidate) -> tuple[str, Verdict]:
    """The first rule that answers, with its name."""
    for rule in READINESS:
        verdict = rule(candidate)
        if verdict is not None:
            return rule.__name__, verdict
    raise AssertionError(f"no rule says whether {candidate.step.id} runs")


def _put_away(desk: Desk, run: StepRun) -> None:
    board, step_id = desk.board, run.key.step_id
    if run.status in BAD_ENDINGS and not is_tolerated(run, desk.wiring.steps[step_id]):
        board.ended_badly[step_id] = run
    leave_flight(desk, run)
    board.unfinished -= 1
    if (group := desk.wiring.loops.group_of.get(step_id)) is not None:
        _tell_group(desk, run, group)


def _tell_group(desk: Desk, run: StepRun, group: int) -> None:
    """One step of the group less is not terminal; the loops that begin at it may wish to fire."""
    board = desk.board
    for loop in desk.wiring.loops.out_of.get(run.key.step_id, ()):
        if isinstance(fate(desk, run, loop.source_port), Delivered):
            board.wishes[group].add(loop.edge_id)
    board.restless[group] -= 1
    if board.restless[group] == 0:
        board.quiet.append(group)
