"""Parameters of the pipeline: strict types, defaults, profiles, values for a run, and which of them wins."""

from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import JsonValue

from octopus.compiler.check import check
from octopus.compiler.compile import compile_plan
from octopus.compiler.request import RunRequest
from octopus.domain.errors import PipelineHasProblems
from octopus.domain.pipeline import PipelineDocument
from octopus.domain.problem import Problem
from tests.support.drawings import CATALOG, MACHINE, document, step

PARAMETERS: dict[str, Any] = {
    "rows": {"type": "int", "default": 10},
    "threshold": {"type": "float", "default": 0.9},
    "name": {"type": "string"},
}
PROFILES: dict[str, Any] = {"prod": {"threshold": 0.95, "name": "prod"}, "bare": {}}


def _document(parameters: Any = PARAMETERS, profiles: Any = PROFILES, **params: Any) -> PipelineDocument:
    return document([step("a", "source", **params)], parameters=parameters, profiles=profiles)


def _values(given: Mapping[str, JsonValue] | None = None, profile: str | None = None) -> dict[str, JsonValue]:
    return compile_plan(_document(), CATALOG, MACHINE, RunRequest(parameters=given or {}, profile=profile)).parameters


def _refused(
    drawn: PipelineDocument, given: Mapping[str, JsonValue] | None = None, profile: str | None = None
) -> list[Problem]:
    with pytest.raises(PipelineHasProblems) as caught:
        compile_plan(drawn, CATALOG, MACHINE, RunRequest(parameters=given or {}, profile=profile))
    assert caught.value.status == 422
    return list(caught.value.problems)


def test_a_value_that_is_given_wins_over_the_profile_and_the_profile_over_the_default() -> None:
    assert _values() == {"rows": 10, "threshold": 0.9}
    assert _values(profile="prod") == {"rows": 10, "threshold": 0.95, "name": "prod"}
    assert _values({"threshold": 0.5}, "prod") == {"rows": 10, "threshold": 0.5, "name": "prod"}
    assert _values({"rows": 0}, "bare") == {"rows": 0, "threshold": 0.9}


def test_a_whole_number_for_a_float_becomes_one() -> None:
    value = _values({"threshold": 1})["threshold"]
    assert (value, type(value)) == (1.0, float)


WRONG: list[tuple[str, Any, str]] = [
    ("string", 1, "must be text, not a whole number."),
    ("string", True, "must be text, not true."),
    ("int", 1.0, "must be a whole number, not a number with a decimal point."),
    ("int", True, "must be a whole number, not true."),
    ("int", "1", "must be a whole number, not text."),
    ("float", "0.9", "must be a number, not text."),
    ("float", False, "must be a number, not false."),
    ("float", [0.9], "must be a number, not a list."),
    ("bool", 1, "must be true or false, not a whole number."),
    ("bool", "true", "must be true or false, not text."),
    ("list", {"a": 1}, "must be a list, not an object."),
    ("list", "[]", "must be a list, not text."),
    ("object", [], "must be an object, not a list."),
]


@pytest.mark.parametrize(("kind", "value", "message"), WRONG)
def test_types_are_strict_wherever_a_value_stands(kind: str, value: Any, message: str) -> None:
    declared = {"x": {"type": kind}}
    default = check(_document({"x": {"type": kind, "default": value}}, {}), CATALOG, MACHINE)
    profile = check(_document(declared, {"p": {"x": value}}), CATALOG, MACHINE)
    given = _refused(_document(declared, {}), {"x": value})
    assert [(one.code, one.pointer, one.message) for one in (*default, *profile, *given)] == [
        ("invalid_default", "/parameters/x/default", f"The default of the pipeline parameter `x` {message}"),
        ("invalid_profile", "/profiles/p/x", f"In the profile `p`: `x` {message}"),
        ("invalid_pipeline_parameter", "/parameters/x", f"The pipeline parameter `x` {message}"),
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), 2**64, [float("nan")], "a\0b", "\ud800"])
def test_what_json_cannot_carry_is_refused(value: Any) -> None:
    kind = {float: "float", int: "int", list: "list", str: "string"}[type(value)]
    (problem,) = _refused(_document({"x": {"type": kind}}, {}), {"x": value})
    assert (problem.code, problem.pointer) == ("invalid_pipeline_parameter", "/parameters/x")


def test_null_is_no_value_but_leaving_it_out_is_the_default() -> None:
    (problem,) = _refused(_document(), {"rows": None})
    assert problem.message == "The pipeline parameter `rows` must be a whole number, not null."


def test_names_that_are_not_declared_name_the_nearest() -> None:
    (problem,) = _refused(_document(), {"treshold": 1.0})
    assert (problem.code, problem.pointer) == ("unknown_pipeline_parameter", "/parameters/treshold")
    assert problem.message == "The pipeline has no parameter `treshold`; did you mean `threshold`?"
    (problem,) = check(_document(profiles={"prod": {"treshold": 1.0}}), CATALOG, MACHINE)
    assert (
        problem.message
        == "In the profile `prod`: `treshold` is no parameter of the pipeline; did you mean `threshold`?"
    )


def test_a_profile_that_is_not_there_is_a_problem() -> None:
    (problem,) = _refused(_document(), profile="production")
    assert (problem.code, problem.pointer) == ("unknown_profile", "/profile")
    assert problem.message == "The pipeline has no profile `production`; it has `prod`, `bare`."
    assert _refused(_document(profiles={}), profile="x")[0].message == "The pipeline has no profile `x`; it has none."


def test_a_parameter_without_a_value_is_a_problem_of_the_run_that_needs_it() -> None:
    parameters = {"rows": {"type": "int"}, "unused": {"type": "int"}}
    drawn = _document(parameters, {"p": {"rows": 3}}, rows="${params.rows}")
    assert check(drawn, CATALOG, MACHINE) == ()
    (problem,) = _refused(drawn)
    assert (problem.code, problem.pointer, problem.step_id) == ("missing_parameter_value", "/parameters/rows", "a")
    assert compile_plan(drawn, CATALOG, MACHINE, RunRequest(profile="p")).steps[0].params == {"rows": 3}
    assert compile_plan(drawn, CATALOG, MACHINE, RunRequest(parameters={"rows": 4})).steps[0].params == {"rows": 4}


def test_a_wrong_value_is_not_also_a_missing_one() -> None:
    drawn = _document({"rows": {"type": "int"}}, {}, rows="${params.rows}")
    assert [one.code for one in _refused(drawn, {"rows": "3"})] == ["invalid_pipeline_parameter"]


def test_a_given_value_is_checked_where_it_is_used() -> None:
    drawn = _document(rows="${params.rows}")
    (problem,) = _refused(drawn, {"rows": 0})
    assert (problem.code, problem.pointer) == ("invalid_parameter", "/steps/0/params/rows")
    assert problem.message == "`rows` must be at least 1, not 0. It is the value of `${params.rows}`."
