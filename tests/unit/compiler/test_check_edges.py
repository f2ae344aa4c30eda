"""Problems with steps, ports and edges."""

import pytest

from octopus.compiler.check import check
from octopus.domain.problem import Problem, ProblemCode
from tests.support.drawings import CATALOG, MACHINE, Json, document, edge, step

TWO = [step("a", "source"), step("b", "pass_on")]


def _problems(steps: list[Json], edges: list[Json] | None = None, *codes: str) -> list[Problem]:
    return [
        problem for problem in check(document(steps, edges), CATALOG, MACHINE) if not codes or problem.code in codes
    ]


def _problem(code: str, steps: list[Json], edges: list[Json] | None = None) -> Problem:
    (problem,) = _problems(steps, edges, code)
    return problem


def test_a_drawing_without_problems_has_none() -> None:
    assert _problems(TWO, [edge("a.data -> b.data")]) == []


def test_an_empty_drawing_has_nothing_to_run() -> None:
    problem = _problem("nothing_to_run", [])
    assert problem.message == "Nothing to run: the pipeline has no steps; add one from the palette."


def test_a_drawing_with_every_step_disabled_has_nothing_to_run() -> None:
    problem = _problem("nothing_to_run", [step("a", "source", enabled=False)])
    assert problem.message == "Nothing to run: every step is disabled; enable one."


def test_an_unknown_step_type_names_the_nearest_and_hides_no_other_problem() -> None:
    problems = _problems([step("a", "sourc"), step("b", "train")], [edge("a.data -> b.train")])
    assert [(problem.code, problem.pointer) for problem in problems] == [
        ("unknown_step_type", "/steps/0/type"),
        ("missing_parameter", "/steps/1/params/target"),
    ]
    assert problems[0].message == "There is no step type `sourc`; the nearest are `source`."


def test_an_unknown_step_type_like_no_other_says_where_to_look() -> None:
    problem = _problem("unknown_step_type", [step("a", "qqqq")])
    assert problem.message == "There is no step type `qqqq`; the palette lists those there are."


@pytest.mark.parametrize(
    ("ends", "pointer", "owner", "message"),
    [
        ("a.date -> b.data", "/edges/0/source_port", ("a", "date"), "`a` has no output port `date`; it has `data`."),
        (
            "a.data -> b.date",
            "/edges/0/target_port",
            ("b", "date"),
            "`b` has no input port `date`; it has `data`, `after`.",
        ),
        (
            "a.after -> b.data",
            "/edges/0/source_port",
            ("a", "after"),
            "`a` has no output port `after` (`after` is an input port); it has `data`.",
        ),
    ],
)
def test_an_unknown_port_lists_the_ports(ends: str, pointer: str, owner: tuple[str, str], message: str) -> None:
    problem = _problem("unknown_port", TWO, [edge(ends)])
    assert (problem.pointer, problem.step_id, problem.port, problem.edge_id) == (pointer, *owner, "e1")
    assert problem.message == message


def test_an_edge_from_output_to_output_is_an_unknown_port() -> None:
    steps = [step("a", "source"), step("s", "split")]
    problem = _problem("unknown_port", steps, [edge("a.data -> s.train")])
    assert problem.message == "`s` has no input port `train` (`train` is an output port); it has `data`, `after`."


def test_port_types_must_fit() -> None:
    steps = [step("t", "train", target="y"), step("b", "pass_on")]
    problem = _problem("port_type_mismatch", steps, [edge("t.model -> b.data")])
    assert (problem.pointer, problem.step_id, problem.port, problem.edge_id) == ("/edges/0", "b", "data", "e1")
    assert problem.message == "`t.model` gives a model; `b.data` takes a dataset."


def test_after_takes_whatever_there_is_and_as_often() -> None:
    steps = [step("a", "source"), step("t", "train", target="y"), step("b", "source")]
    edges = [edge("a.data -> t.train"), edge("t.model -> b.after"), edge("a.data -> b.after")]
    assert _problems(steps, edges) == []


def test_a_port_that_is_not_many_takes_one_edge() -> None:
    steps = [step("a", "source"), step("b", "source"), step("c", "pass_on")]
    problem = _problem("port_taken", steps, [edge("a.data -> c.data"), edge("b.data -> c.data")])
    assert (problem.pointer, problem.step_id, problem.port, problem.edge_id) == ("/edges/1", "c", "data", "e2")
    assert "already has `e1` from `a.data`" in problem.message


def test_a_many_port_takes_several_edges() -> None:
    steps = [step("a", "source"), step("b", "source"), step("c", "join")]
    assert _problems(steps, [edge("a.data -> c.data"), edge("b.data -> c.data")]) == []


def test_a_loop_edge_beside_a_forward_edge_does_not_take_the_port() -> None:
    edges = [edge("a.data -> b.data"), edge("b.data -> c.data"), edge("c.data -> b.data", kind="loop")]
    steps = [*TWO, step("c", "pass_on")]
    assert _problems(steps, edges) == []
    two_loops = [*edges, edge("b.data -> b.data", kind="loop")]
    assert len(_problems(steps, two_loops, "port_taken")) == 1


def test_the_same_edge_twice_is_one_problem() -> None:
    ends = edge("a.data -> b.data")
    problems = _problems(TWO, [ends, ends])
    assert [(problem.code, problem.pointer) for problem in problems] == [("duplicate_edge", "/edges/1")]
    steps = [step("a", "source"), step("j", "join")]
    assert [problem.code for problem in _problems(steps, [edge("a.data -> j.data")] * 2)] == ["duplicate_edge"]


def test_a_required_input_must_be_connected() -> None:
    problem = _problem("missing_input", [step("e", "evaluate"), step("a", "source")], [edge("a.data -> e.test")])
    assert (problem.pointer, problem.step_id, problem.port) == ("/steps/0", "e", "model")


def test_a_required_input_fed_only_by_a_loop_is_missing() -> None:
    steps = [step("b", "pass_on"), step("c", "pass_on")]
    edges = [edge("b.data -> c.data"), edge("c.data -> b.data", kind="loop")]
    problem = _problem("missing_input", steps, edges)
    assert (problem.step_id, problem.port) == ("b", "data")
    assert problem.message == (
        "The input `data` of `b` is required; connect a dataset to it by a forward edge: the loop's comes only with "
        "the second iteration."
    )


@pytest.mark.parametrize("kind", ["data", "loop"])
def test_no_edge_leads_back_to_its_own_step(kind: str) -> None:
    problem = _problem("self_loop", [step("g", "gather")], [edge("g.data -> g.data", kind=kind)])
    assert (problem.pointer, problem.step_id, problem.edge_id) == ("/edges/0", "g", "e1")


def test_a_cycle_names_its_members_and_an_edge() -> None:
    steps = [step("a", "gather"), step("b", "pass_on"), step("c", "pass_on")]
    edges = [edge("a.data -> b.data"), edge("b.data -> c.data"), edge("c.data -> a.data")]
    problem = _problem("cycle", steps, edges)
    assert "a → b → c → a" in problem.message
    assert (problem.pointer, problem.step_id, problem.edge_id) == ("/edges/2", "a", "e3")


def test_every_cycle_is_told() -> None:
    steps = [step(name, "gather") for name in "abcd"]
    edges = [edge("a.data -> b.data"), edge("b.data -> a.data"), edge("c.data -> d.data"), edge("d.data -> c.data")]
    assert len(_problems(steps, edges, "cycle")) == 2


def test_a_very_long_cycle_is_told_in_short() -> None:
    steps = [step(f"s{n}", "pass_on") for n in range(50)]
    edges = [edge(f"s{n}.data -> s{(n + 1) % 50}.data") for n in range(50)]
    assert "s11 → (38 more) → s0" in _problem("cycle", steps, edges).message


def test_a_step_may_not_ask_for_more_than_the_machine_has() -> None:
    greedy = {**step("a", "source"), "policy": {"resources": {"cpus": 3}}}
    problem = _problem("resources_exceed_machine", [greedy])
    assert problem.pointer == "/steps/0/policy/resources/cpus"
    assert problem.message == "`a` asks for 3 cpus; this machine has 2."


def test_a_step_connected_to_nothing_is_a_warning_only_beside_others() -> None:
    problem = _problem("disconnected_step", [*TWO, step("c", "source")], [edge("a.data -> b.data")])
    assert (problem.severity, problem.step_id) == ("warning", "c")
    assert _problems([step("a", "source")]) == []


def test_every_code_that_a_rule_gives_is_a_problem_code() -> None:
    steps = [step("a", "sourc"), step("b", "train", depth="x"), step("c", "pass_on")]
    found = {problem.code for problem in _problems(steps, [edge("b.model -> c.data")])}
    assert found <= {str(code) for code in ProblemCode}
