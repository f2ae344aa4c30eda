"""Random runs: a random drawing, compiled, with random loops and policies, and what every execution of a step does.

Hypothesis draws only the sizes and a seed, from which everything follows: drawing every choice by itself would take ten
times as long as all the rest.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from random import Random

from hypothesis import strategies as st

from octopus.compiler.compile import compile_plan
from octopus.compiler.parse import parse
from octopus.compiler.plan import Mode, Plan, PlannedLoop, PlannedStep
from tests.support.drawings import CATALOG, MACHINE, Json, drawing, step
from tests.support.plans import Loop, with_loops
from tests.support.play import Act
from tests.support.random_drawings import outputs_of

MOST_STEPS = 10
MOST_LOOPS = 4
_OUTCOMES = (*["succeeded"] * 9, "reused", "failed", "timed_out", "lost")
_STARTING = ("source", "maybe", "gather")
_FOLLOWING = ("pass_on", "maybe", "gather", "join", "choose", "choose", "source")
_EDGES_INTO = {"pass_on": (1, 1), "choose": (1, 1), "maybe": (0, 1), "join": (1, 3), "gather": (0, 3)}


@dataclass(frozen=True)
class RandomRun:
    """`steps`: how many; `loops`: how many are tried."""

    steps: int
    loops: int
    seed: int

    @cached_property
    def plan(self) -> Plan:
        """Compiled with its loops; these are the ones that walking finds."""
        random = self.random("plan")
        value = _drawing(random, self.steps)
        forward = _compiled(value)
        walked = _with_loops(random, forward, self.loops)
        compiled = _compiled({**value, "edges": [*value["edges"], *(_loop_edge(loop) for loop in walked.loops)]})
        assert [replace(loop, parent=None) for loop in compiled.loops] == [
            replace(loop, parent=None) for loop in walked.loops
        ]
        return replace(compiled, steps=tuple(_with_mode(random, step) for step in compiled.steps))

    @cached_property
    def acts(self) -> dict[str, tuple[Act, ...]]:
        random = self.random("acts")
        return {step.id: _acts(random, step) for step in self.plan.steps}

    def random(self, about: str) -> Random:
        return Random(f"{self.seed} {about}")


def runs() -> st.SearchStrategy[RandomRun]:
    return st.builds(RandomRun, st.integers(1, MOST_STEPS), st.integers(0, MOST_LOOPS), st.integers(0, 2**32))


def _drawing(random: Random, count: int) -> Json:
    steps: list[Json] = []
    edges: list[Json] = []
    for index in range(count):
        earlier = [(one["id"], name) for one in steps for name in outputs_of(one["type"])]
        new = step(f"s{index}", random.choice(_FOLLOWING if earlier else _STARTING), enabled=random.random() > 0.1)
        new["policy"] = _policy(random)
        steps.append(new)
        edges += _edges_into(random, new, earlier)
    random.shuffle(steps)
    random.shuffle(edges)
    if all(not one["enabled"] for one in steps):
        steps[0]["enabled"] = True
    return drawing(steps, edges, settings={"max_parallel": random.choice([None, 1, 2])})


def _edges_into(random: Random, new: Json, earlier: list[tuple[str, str]]) -> list[Json]:
    least, most = _EDGES_INTO.get(new["type"], (0, 0))
    data = random.sample(earlier, min(len(earlier), random.randint(least, most)))
    after = random.sample(earlier, min(len(earlier), random.choice([0, 0, 0, 1, 2])))
    ends = [(source, "data") for source in data] + [(source, "after") for source in after]
    return [
        {"source": source, "source_port": port, "target": new["id"], "target_port": target_port}
        for (source, port), target_port in ends
    ]


def _compiled(value: Json) -> Plan:
    return compile_plan(parse(value), CATALOG, MACHINE)


def _loop_edge(loop: PlannedLoop) -> Json:
    return {
        "id": loop.edge_id,
        "source": loop.source,
        "source_port": loop.source_port,
        "target": loop.target,
        "target_port": loop.target_port,
        "kind": "loop",
        "max_iterations": loop.max_iterations,
        "on_limit": loop.on_limit,
    }


def _policy(random: Random) -> Json:
    if random.random() < 0.5:
        return {}
    return {
        "retries": random.randint(0, 2),
        "retry_delay_s": random.choice([0.0, 1.0, 2000.0]),
        "on_failure": random.choice(["fail", "continue"]),
    }


def _with_mode(random: Random, step: PlannedStep) -> PlannedStep:
    """What the catalog or the run's scope may say of a step."""
    mode: Mode = random.choice(["run", "run", "run", "force", "reuse"])
    return replace(step, pure=random.random() < 0.7, mode=mode)


def _with_loops(random: Random, plan: Plan, tries: int) -> Plan:
    """Bodies are nested, the same, or disjoint; a port that is not `many` takes one loop edge; no edge comes twice."""
    loops: list[Loop] = []
    for _ in range(tries if plan.edges else 0):
        loop = _loop(random, plan, len(loops) + 1)
        if _fits(with_loops(plan, *loops, loop)):
            loops.append(loop)
    return with_loops(plan, *loops)


def _loop(random: Random, plan: Plan, number: int) -> Loop:
    """Back over a forward path of one to four edges."""
    edge = random.choice(plan.edges)
    target, source = edge.source, edge.target
    for _ in range(random.randint(0, 3)):
        onward = [edge.target for edge in plan.edges if edge.source == source]
        source = random.choice(onward) if onward else source
    steps = {step.id: step for step in plan.steps}
    source_port = random.choice(steps[source].outputs).name
    target_port = random.choice(steps[target].inputs).name
    on_limit = random.choice(["fail", "continue", "continue"])
    return Loop(f"{source}.{source_port} -> {target}.{target_port}", random.randint(1, 4), on_limit, f"l{number}")


def _fits(plan: Plan) -> bool:
    *others, new = plan.loops
    many = {(step.id, port.name) for step in plan.steps for port in step.inputs if port.many}
    for other in others:
        one, two = set(new.body), set(other.body)
        if not (one <= two or two <= one or one.isdisjoint(two)):
            return False
        port = (new.target, new.target_port)
        shares_port = port == (other.target, other.target_port)
        if shares_port and (port not in many or (new.source, new.source_port) == (other.source, other.source_port)):
            return False
    return True


def _acts(random: Random, step: PlannedStep) -> tuple[Act, ...]:
    """One act, or one for each of the first executions; which ports they emit is free, as the machine asks nobody."""
    return tuple(_act(random, step) for _ in range(random.choice([1, 2, 4, 6])))


def _act(random: Random, step: PlannedStep) -> Act:
    ports = [port.name for port in step.outputs]
    emits = frozenset(ports) if random.random() < 0.6 else frozenset(port for port in ports if random.random() < 0.5)
    metrics = {"f1": 0.5} if random.random() < 0.3 else {}
    return Act(emits=emits, outcome=random.choice(_OUTCOMES), metrics=metrics)
