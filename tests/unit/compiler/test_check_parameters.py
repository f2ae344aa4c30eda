"""Problems with parameters: every one pinned to the very value, strict about types."""

from typing import Any

import pytest

from octopus.compiler.check import check
from octopus.domain.problem import Problem
from tests.support.drawings import CATALOG, MACHINE, document, edge, step


def _problems(type_id: str, **params: Any) -> list[Problem]:
    """The problems with the parameters of the second of two steps, `x`."""
    other = step("first", "source")
    return [
        problem
        for problem in check(document([other, step("x", type_id, **params)]), CATALOG, MACHINE)
        if problem.code.endswith("parameter") or problem.code.startswith("parameter")
    ]


def _problem(type_id: str, **params: Any) -> tuple[str, str, str]:
    problems = _problems(type_id, **params)
    assert len(problems) == 1, problems
    assert problems[0].step_id == "x"
    assert problems[0].severity == "error"
    return problems[0].code, problems[0].pointer, problems[0].message


def test_parameters_as_the_type_wants_them_have_no_problem() -> None:
    assert _problems("source", rows=3) == []
    assert _problems("split", ratios=[0.5, 0, 0.5], method="random", seed=None) == []
    assert _problems("split", seed=7) == []
    assert _problems("train", target="y", depth=4, rate=1, shuffle=False, options={"name": "n", "size": 2}) == []


def test_a_missing_required_parameter_is_pinned_to_where_it_would_be() -> None:
    code, pointer, message = _problem("train")
    assert (code, pointer) == ("missing_parameter", "/steps/1/params/target")
    assert message == "The parameter `target` of `x` is required and has no value."


def test_an_unknown_parameter_names_the_nearest() -> None:
    code, pointer, message = _problem("train", target="y", dept=4)
    assert (code, pointer) == ("unknown_parameter", "/steps/1/params/dept")
    assert message == "`train` has no parameter `dept`; did you mean `depth`?"


@pytest.mark.parametrize(
    ("params", "place", "message"),
    [
        ({"depth": True}, "depth", "`depth` must be a whole number, not true."),
        ({"depth": "1"}, "depth", "`depth` must be a whole number, not text."),
        ({"depth": 1.0}, "depth", "`depth` must be a whole number, not a number with a decimal point."),
        ({"depth": None}, "depth", "`depth` must be a whole number, not null."),
        ({"rate": "abc"}, "rate", "`rate` must be a number, not text."),
        ({"rate": True}, "rate", "`rate` must be a number, not true."),
        ({"rate": 0}, "rate", "`rate` must be more than 0, not 0."),
        ({"rate": 1.5}, "rate", "`rate` must be at most 1, not 1.5."),
        ({"shuffle": 1}, "shuffle", "`shuffle` must be true or false, not a whole number."),
        ({"shuffle": "true"}, "shuffle", "`shuffle` must be true or false, not text."),
        ({"target": ""}, "target", "`target` must not be empty."),
        ({"target": 3}, "target", "`target` must be text, not a whole number."),
        ({"options": {"size": 1}}, "options", "`options` lacks `name`."),
        ({"options": {"name": "n", "size": "2"}}, "options/size", "`options.size` must be a whole number, not text."),
        ({"options": {"name": "n", "siz": 2}}, "options", "`options` has no field `siz`; did you mean `size`?"),
        ({"options": [1]}, "options", "`options` fits none of the forms it may have; a list was given."),
    ],
)
def test_a_wrong_value_is_pinned_and_explained(params: dict[str, Any], place: str, message: str) -> None:
    assert _problem("train", **{"target": "y", **params}) == (
        "invalid_parameter",
        f"/steps/1/params/{place}",
        message,
    )


@pytest.mark.parametrize(
    ("params", "place", "message"),
    [
        ({"ratios": [1, -1, 0]}, "ratios/1", "`ratios[1]` must be at least 0, not -1."),
        ({"ratios": [1, 2]}, "ratios", "`ratios` must have at least 3 items, not 2."),
        ({"ratios": [1, 2, 3, 4]}, "ratios", "`ratios` must have at most 3 items, not 4."),
        ({"ratios": "0.8,0.2"}, "ratios", "`ratios` must be a list, not text."),
        ({"method": "hush"}, "method", "`method` must be one of `hash`, `random`, not `hush`; did you mean `hash`?"),
        ({"seed": 1.5}, "seed", "`seed` must be a whole number or null, not a number with a decimal point."),
        ({"seed": True}, "seed", "`seed` must be a whole number or null, not true."),
        ({"seed": -1}, "seed", "`seed` must be at least 0, not -1."),
    ],
)
def test_a_wrong_value_inside_another_is_pinned_too(params: dict[str, Any], place: str, message: str) -> None:
    assert _problem("split", **params) == ("invalid_parameter", f"/steps/1/params/{place}", message)


def test_several_faults_of_one_value_are_all_told() -> None:
    pointers = [problem.pointer for problem in _problems("split", ratios=["a", -1, 0])]
    assert pointers == ["/steps/1/params/ratios/0", "/steps/1/params/ratios/1"]


def test_strange_names_are_escaped_in_pointers() -> None:
    assert _problem("source", **{"a/b~c": 1})[1] == "/steps/1/params/a~1b~0c"


def test_parameters_that_do_not_fit_on_a_command_line_are_a_problem() -> None:
    code, pointer, message = _problem("train", target="x" * 100_001)
    assert (code, pointer) == ("parameters_too_large", "/steps/1/params")
    assert "100,008 bytes" in message
    assert _problems("train", target="x" * 99_000) == []


def test_quoting_for_the_shell_counts() -> None:
    assert _problem("train", target="'" * 25_000)[0] == "parameters_too_large"


def test_more_inputs_than_fit_on_a_command_line_are_a_problem_unless_they_only_order() -> None:
    sources = [step(f"s{n}", "source") for n in range(700)]

    def codes(port: str) -> set[str]:
        edges = [edge(f"s{n}.data -> z.{port}") for n in range(700)]
        return {problem.code for problem in check(document([*sources, step("z", "gather")], edges), CATALOG, MACHINE)}

    assert codes("data") == {"parameters_too_large"}
    assert codes("after") == set()
