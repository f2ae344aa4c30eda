"""Loops: which steps each repeats, how they lie within one another, what a drawing of loops may not be."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from octopus.compiler.check import check
from octopus.compiler.graph import Graph, ancestors, topological_order
from octopus.compiler.loops import Loops, loops_of
from octopus.compiler.plan import PlannedLoop
from octopus.domain.pipeline import Edge
from octopus.domain.problem import Problem
from tests.support.drawings import CATALOG, MACHINE, Json, document, edge, plan, step
from tests.support.examples import examples

CHAIN = "abcdef"


def _chain(*loops: str, **more: object) -> tuple[list[Json], list[Json]]:
    """a -> b -> ... -> f with loops such as "d->b"; loop edges are e6, e7, ..."""
    steps = [step(name, "gather") for name in CHAIN]
    forward = [edge(f"{one}.data -> {two}.data") for one, two in pairwise(CHAIN)]
    back = [edge(f"{ends[0]}.data -> {ends[-1]}.data", kind="loop", **more) for ends in loops]
    return steps, [*forward, *back]


def _planned(*loops: str, **more: object) -> tuple[PlannedLoop, ...]:
    return plan(*_chain(*loops, **more)).loops


def _problems(steps: list[Json], edges: list[Json]) -> list[Problem]:
    return [one for one in check(document(steps, edges), CATALOG, MACHINE) if one.severity == "error"]


def test_a_loop_repeats_its_body_and_all_that_follows() -> None:
    (loop,) = _planned("d->b")
    assert loop == PlannedLoop(
        edge_id="e6",
        source="d",
        source_port="data",
        target="b",
        target_port="data",
        body=("b", "c", "d"),
        repeats=("b", "c", "d", "e", "f"),
        max_iterations=3,
        on_limit="fail",
        parent=None,
    )


def test_the_limit_and_what_happens_there_are_those_of_the_edge() -> None:
    (loop,) = _planned("d->b", max_iterations=1000, on_limit="continue")
    assert (loop.max_iterations, loop.on_limit) == (1000, "continue")


def test_the_body_holds_only_what_lies_on_a_path_from_target_to_source() -> None:
    steps = [step(name, "gather") for name in ("load", "train", "side", "left", "right", "judge", "deploy")]
    forward = ["load>train", "load>side", "train>left", "train>right", "left>judge", "right>judge", "side>judge"]
    forward += ["train>deploy", "judge>deploy"]
    edges = [edge(f"{one}.data -> {two}.data") for one, two in (pair.split(">") for pair in forward)]
    (loop,) = plan(steps, [*edges, edge("judge.data -> train.data", kind="loop")]).loops
    assert loop.body == ("train", "left", "right", "judge")
    assert loop.repeats == ("train", "left", "right", "judge", "deploy")


def test_loops_know_the_innermost_loop_around_them() -> None:
    loops = _planned("e->a", "d->c", "d->b")
    assert [(loop.edge_id, loop.parent) for loop in loops] == [("e6", None), ("e7", "e8"), ("e8", "e6")]


def test_loops_with_the_same_body_share_the_loop_around_them() -> None:
    steps, edges = _chain("d->b", "d->b", "e->a")
    edges[6]["target_port"] = "after"
    assert [(loop.edge_id, loop.parent) for loop in plan(steps, edges).loops] == [
        ("e6", "e8"),
        ("e7", "e8"),
        ("e8", None),
    ]


def test_loops_one_after_the_other_are_no_problem() -> None:
    assert [loop.parent for loop in _planned("b->a", "d->c", "f->e")] == [None, None, None]


def test_loops_that_cut_each_other_are_a_problem_of_the_later_edge() -> None:
    (problem,) = _problems(*_chain("c->a", "d->b"))
    assert (problem.code, problem.pointer, problem.edge_id, problem.step_id) == ("loop_overlap", "/edges/6", "e7", "b")
    assert problem.message == (
        "The loops `d -> b` and `c -> a` share `b`, but neither lies within the other. "
        "Let one hold the other, or take them apart."
    )


def test_loops_that_share_one_step_at_their_ends_cut_each_other() -> None:
    assert [problem.code for problem in _problems(*_chain("b->a", "c->b"))] == ["loop_overlap"]


def test_a_loop_edge_leads_back() -> None:
    (problem,) = _problems(*_chain("b->d"))
    assert (problem.code, problem.pointer, problem.edge_id) == ("loop_target_not_upstream", "/edges/5", "e6")
    assert "from which no forward path leads back to `b`" in problem.message


def test_a_loop_edge_between_steps_that_are_not_connected_leads_nowhere_back() -> None:
    steps = [step(name, "gather") for name in "abc"]
    edges = [edge("a.data -> b.data"), edge("a.data -> c.data"), edge("b.data -> c.data", kind="loop")]
    assert [problem.code for problem in _problems(steps, edges)] == ["loop_target_not_upstream"]


def test_a_loop_from_a_step_to_itself_is_one_problem() -> None:
    assert [problem.code for problem in _problems(*_chain("c->c"))] == ["self_loop"]


def test_a_cycle_of_forward_edges_is_told_first_and_how_to_make_it_a_loop() -> None:
    steps, edges = _chain("d->b")
    (problem,) = _problems(steps, [*edges, edge("f.data -> a.data")])
    assert problem.code == "cycle"
    assert problem.message.endswith(
        "Remove an edge, for example `e7`, or make it a loop edge to repeat the steps between."
    )


def test_types_must_fit_along_loop_edges_too() -> None:
    steps = [step("a", "source"), step("t", "train", target="y")]
    edges = [edge("a.data -> t.train"), edge("t.model -> a.after", kind="loop")]
    assert _problems(steps, edges) == []
    edges = [edge("a.data -> t.train"), edge("t.model -> g.data", kind="loop"), edge("g.data -> t.validation")]
    (problem,) = _problems([*steps, step("g", "gather")], edges)
    assert (problem.code, problem.edge_id) == ("port_type_mismatch", "e2")


def test_a_port_takes_one_loop_edge_unless_it_is_many() -> None:
    steps = [step("m", "maybe"), step("b", "pass_on"), step("c", "pass_on")]
    edges = [
        edge("m.data -> b.data"),
        edge("b.data -> c.data"),
        edge("c.data -> m.data", kind="loop"),
        edge("b.data -> m.data", kind="loop"),
    ]
    assert [problem.code for problem in _problems(steps, edges)] == ["port_taken"]
    assert _problems([step("m", "gather"), *steps[1:]], edges) == []


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Graph, list[Edge]]:
    """A graph without cycles and loop edges between any two of its nodes."""
    count = draw(st.integers(2, 9))
    nodes = [f"s{index}" for index in range(count)]
    pairs = list(combinations(nodes, 2))
    chain = list(pairwise(nodes)) if draw(st.booleans()) else []
    forward = [*chain, *draw(st.lists(st.sampled_from(pairs), max_size=14))]
    ends = st.tuples(st.sampled_from(nodes), st.sampled_from(nodes))
    loops = [
        Edge(id=f"l{index}", source=source, source_port="o", target=target, target_port="i", kind="loop")
        for index, (source, target) in enumerate(draw(st.lists(ends, min_size=1, max_size=6)))
    ]
    return Graph.of(draw(st.permutations(nodes)), forward), loops


def _found(graph: Graph, edges: list[Edge]) -> Loops:
    return loops_of(edges, graph, {node: index for index, node in enumerate(topological_order(graph))})


def _on_a_path(graph: Graph, edge: Edge) -> set[str]:
    """By definition: after the target (or it) and before the source (or it)."""
    return {
        node
        for node in graph.nodes
        if (node == edge.target or edge.target in ancestors(graph, node))
        and (node == edge.source or node in ancestors(graph, edge.source))
    }


@given(graphs())
@examples(150)
def test_bodies_are_what_the_definition_says(example: tuple[Graph, list[Edge]]) -> None:
    graph, edges = example
    found = _found(graph, edges)
    for loop in found.loops:
        assert loop.body == _on_a_path(graph, loop.edge)
        assert {loop.edge.source, loop.edge.target} <= loop.body
    back = {edge.id for edge in edges if edge.target in ancestors(graph, edge.source)}
    selves = {edge.id for edge in edges if edge.source == edge.target}
    overlapping = {id_ for overlap in found.overlaps for id_ in (overlap.edge.id, overlap.other.id)}
    assert {edge.id for _, edge in found.not_back} == {edge.id for edge in edges} - back - selves
    assert {loop.edge.id for loop in found.loops} | overlapping == back


@given(graphs())
@examples(150)
def test_loops_are_found_to_overlap_if_two_of_them_do(example: tuple[Graph, list[Edge]]) -> None:
    graph, edges = example
    found = _found(graph, edges)
    bodies = {edge.id: _on_a_path(graph, edge) for edge in edges if edge.target in ancestors(graph, edge.source)}
    cutting = [
        {one, two}
        for one, two in combinations(bodies, 2)
        if bodies[one] & bodies[two] and not bodies[one] <= bodies[two] and not bodies[two] <= bodies[one]
    ]
    assert bool(found.overlaps) == bool(cutting)
    assert all({overlap.edge.id, overlap.other.id} in cutting for overlap in found.overlaps)
    assert all(overlap.step_id in bodies[overlap.edge.id] & bodies[overlap.other.id] for overlap in found.overlaps)


@given(graphs())
@examples(150)
def test_the_parent_is_the_smallest_body_around(example: tuple[Graph, list[Edge]]) -> None:
    graph, edges = example
    loops = {loop.edge.id: loop for loop in _found(graph, edges).loops}
    for loop in loops.values():
        around = [other.body for other in loops.values() if loop.body < other.body]
        smallest = min(around, key=len, default=None)
        assert (None if loop.parent is None else loops[loop.parent].body) == smallest
