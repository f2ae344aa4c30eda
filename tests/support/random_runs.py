"""Random runs: a random drawing, compiled, with random loops and policies, and what every execution of a step does."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from octopus.compiler.compile import compile_plan
from octopus.compiler.parse import parse
from octopus.compiler.plan import Plan, PlannedStep
from octopus.domain.pipeline import Policy
from tests.support.drawings import CATALOG, MACHINE
from tests.support.plans import Loop, with_loops
from tests.support.play import Act
from tests.support.random_drawings import drawings

_OUTCOMES = (*["succeeded"] * 8, "reused", "failed", "timed_out", "lost")
MOST_LOOPS = 4


@dataclass(frozen=True)
class RandomRun:
    plan: Plan
    acts: dict[str, tuple[Act, ...]]


@st.composite
def runs(draw: st.DrawFn) -> RandomRun:
    plan = compile_plan(parse(draw(drawings())), CATALOG, MACHINE)
    steps = tuple(draw(_with_policy(step)) for step in plan.steps)
    plan = draw(_with_loops(replace(plan, steps=steps)))
    return RandomRun(plan, {step.id: tuple(draw(_acts(step))) for step in plan.steps})


@st.composite
def _with_policy(draw: st.DrawFn, step: PlannedStep) -> PlannedStep:
    if draw(st.booleans()):
        return step
    policy = Policy(
        retries=draw(st.integers(0, 2)),
        retry_delay_s=draw(st.sampled_from([0.0, 1.0, 2000.0])),
        on_failure=draw(st.sampled_from(["fail", "continue"])),
    )
    mode = draw(st.sampled_from(["run", "run", "force", "reuse"]))
    return replace(step, policy=policy, pure=draw(st.booleans()), mode=mode)


@st.composite
def _with_loops(draw: st.DrawFn, plan: Plan) -> Plan:
    """Bodies are nested, the same, or disjoint; a port that is not `many` takes one loop edge."""
    loops: list[Loop] = []
    for _ in range(draw(st.integers(0, MOST_LOOPS))):
        loop = draw(_loop(plan, len(loops) + 1))
        if loop is not None and _fits(with_loops(plan, *loops, loop)):
            loops.append(loop)
    return with_loops(plan, *loops)


@st.composite
def _loop(draw: st.DrawFn, plan: Plan, number: int) -> Loop | None:
    ends = [(edge.source, edge.target) for edge in plan.edges]
    longer = [(first, last) for first, middle in ends for same, last in ends if middle == same]
    far = [(first, last) for first, middle in longer for same, last in ends if middle == same]
    if not ends:
        return None
    target_id, source_id = draw(st.sampled_from(ends + longer + far))
    steps = {step.id: step for step in plan.steps}
    source_port = draw(st.sampled_from([port.name for port in steps[source_id].outputs]))
    target_port = draw(st.sampled_from([port.name for port in steps[target_id].inputs]))
    limit, on_limit = draw(st.integers(1, 3)), draw(st.sampled_from(["fail", "continue", "continue"]))
    return Loop(f"{source_id}.{source_port} -> {target_id}.{target_port}", limit, on_limit, f"l{number}")


def _fits(plan: Plan) -> bool:
    *others, new = plan.loops
    many = {(step.id, port.name) for step in plan.steps for port in step.inputs if port.many}
    for other in others:
        one, two = set(new.body), set(other.body)
        if not (one <= two or two <= one or one.isdisjoint(two)):
            return False
        port = (new.target, new.target_port)
        if port == (other.target, other.target_port) and port not in many:
            return False
    return True


@st.composite
def _acts(draw: st.DrawFn, step: PlannedStep) -> list[Act]:
    """One act, or one for each of the first executions; which ports they emit is free, as the machine asks nobody."""
    ports = [port.name for port in step.outputs]
    act = st.builds(
        Act,
        emits=st.one_of(st.just(frozenset(ports)), st.frozensets(st.sampled_from(ports))),
        outcome=st.sampled_from(_OUTCOMES),
        metrics=st.sampled_from([{}, {"f1": 0.5}]),
    )
    return draw(st.lists(act, min_size=1, max_size=4))
