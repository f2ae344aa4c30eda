"""Order, ancestors and cycles of a graph."""

import random

from hypothesis import given
from hypothesis import strategies as st

from octopus.compiler.graph import Graph, ancestors, cycles, descendants, topological_order, unreachable
from tests.support.examples import examples

EDGES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20)


def _graph(text: str, nodes: str = "") -> Graph:
    """`_graph("a>b b>c")`."""
    edges = [(pair[0], pair[2]) for pair in text.split()]
    return Graph.of(nodes or sorted({node for pair in edges for node in pair}), edges)


def test_the_order_respects_edges_and_otherwise_the_document() -> None:
    assert topological_order(_graph("c>a", nodes="abc")) == ["b", "c", "a"]
    assert topological_order(_graph("a>b", nodes="bca")) == ["c", "a", "b"]


def test_a_cycle_and_what_follows_it_have_no_place_in_the_order() -> None:
    assert topological_order(_graph("a>b b>c c>b c>d")) == ["a"]


def test_ancestors_are_those_from_which_a_path_leads_here() -> None:
    graph = _graph("a>b b>c x>c c>d")
    assert ancestors(graph, "c") == {"a", "b", "x"}
    assert ancestors(graph, "a") == set()
    assert ancestors(_graph("a>b b>a"), "a") == {"a", "b"}


def test_every_knot_gives_one_cycle_in_document_order() -> None:
    assert cycles(_graph("a>b b>c c>b c>d x>y y>x")) == [["b", "c"], ["x", "y"]]


def test_the_shortest_cycle_is_named() -> None:
    assert cycles(_graph("a>b b>c c>d d>a c>a")) == [["a", "b", "c"]]


def test_an_edge_to_itself_is_no_cycle_of_several() -> None:
    assert cycles(_graph("a>a a>b")) == []


@given(EDGES)
@examples(300)
def test_a_graph_has_either_an_order_of_everything_or_a_cycle(pairs: list[tuple[int, int]]) -> None:
    nodes = [str(n) for n in range(8)]
    edges = [(str(source), str(target)) for source, target in pairs if source != target]
    graph = Graph.of(nodes, edges)
    order, found = topological_order(graph), cycles(graph)
    assert (len(order) == len(nodes)) == (not found)
    place = {node: index for index, node in enumerate(order)}
    assert all(place[source] < place[target] for source, target in edges if target in place)
    for members in found:
        assert all(pair in edges for pair in zip(members, [*members[1:], members[0]], strict=True))
        assert len(set(members)) == len(members)
        assert members[0] in ancestors(graph, members[0])


@given(EDGES, st.integers(0, 1000))
@examples(100)
def test_the_order_of_edges_does_not_matter_to_the_order_of_steps(pairs: list[tuple[int, int]], seed: int) -> None:
    nodes = [str(n) for n in range(8)]
    edges = [(str(min(pair)), str(max(pair))) for pair in pairs if pair[0] != pair[1]]
    shuffled = random.Random(seed).sample(edges, len(edges))
    assert topological_order(Graph.of(nodes, edges)) == topological_order(Graph.of(nodes, shuffled))


@given(EDGES)
@examples(150)
def test_paths_are_found_in_one_sweep_as_from_each_node(pairs: list[tuple[int, int]]) -> None:
    nodes = [str(n) for n in range(8)]
    graph = Graph.of(nodes, [(str(min(pair)), str(max(pair))) for pair in pairs if pair[0] != pair[1]])
    every = {(one, two) for one in nodes for two in nodes}
    before = {node: ancestors(graph, node) for node in nodes}
    apart = {(one, two) for one, two in every if one not in before[two]}
    assert unreachable(graph, topological_order(graph), every) == apart
    assert all(descendants(graph, [one]) == {one, *(two for two in nodes if one in before[two])} for one in nodes)


def test_a_ring_of_a_hundred_thousand_is_no_recursion() -> None:
    nodes = [str(n) for n in range(100_000)]
    graph = Graph.of(nodes, zip(nodes, [*nodes[1:], nodes[0]], strict=True))
    assert cycles(graph) == [nodes]
    assert topological_order(graph) == []
