"""Problems with references, and with the values that take their place."""

from typing import Any

import pytest

from octopus.compiler.check import check
from octopus.domain.problem import Problem
from tests.support.drawings import CATALOG, MACHINE, Json, document, edge, step

PARAMETERS: dict[str, Any] = {
    "depth": {"type": "int", "default": 3},
    "rate": {"type": "float", "default": 0.5},
    "label": {"type": "string", "default": "species"},
    "ratios": {"type": "list", "default": [0.8, 0.1, 0.1]},
    "options": {"type": "object", "default": {"name": "n", "size": 2}},
    "later": {"type": "int"},
    "words": {"type": "string"},
}
EDGES = [edge("load.data -> split.data"), edge("split.train -> train.train")]


def _problems(split: Json | None = None, **train: Any) -> list[Problem]:
    """Of load -> split -> train with these parameters."""
    steps = [step("load", "source"), step("split", "split", **(split or {})), step("train", "train", **train)]
    return list(check(document(steps, EDGES, parameters=PARAMETERS), CATALOG, MACHINE))


def _problem(split: Json | None = None, **train: Any) -> tuple[str, str, str]:
    (problem,) = _problems(split, **{"target": "y", **train})
    assert problem.step_id == ("split" if split else "train")
    return problem.code, problem.pointer, problem.message


def test_references_to_values_of_the_right_kind_have_no_problem() -> None:
    split = {"ratios": "${params.ratios}", "seed": "${params.depth}"}
    params = {"target": "${params.label}", "depth": "${params.depth}", "options": "${params.options}"}
    assert _problems(split, **params, rate="${steps.split.metrics.share}") == []
    assert _problems({"ratios": ["${params.rate}", 0.3, "${steps.load.metrics.x}"]}, target="a-${params.depth}") == []
    assert (
        _problems({}, target="$${params.depth}", options={"name": "${params.label}", "size": "${params.depth}"}) == []
    )


def test_a_malformed_reference_says_how_to_write_one() -> None:
    code, pointer, message = _problem(options={"name": "a ${parms.x} b"})
    assert (code, pointer) == ("malformed_reference", "/steps/2/params/options/name")
    assert message == (
        "`${parms.x}` is not a reference. Write `${params.name}`, `${steps.id.metrics.name}` or "
        '`${steps.id.metrics["any name"]}`; for a literal `${` write `$${`.'
    )


def test_a_very_long_reference_is_malformed_and_its_message_short() -> None:
    code, _, message = _problem(target="${params." + "x" * 10_000 + "}")
    assert code == "malformed_reference"
    assert len(message) < 300


def test_an_unknown_parameter_or_step_names_the_nearest() -> None:
    assert _problem(depth="${params.dept}") == (
        "unknown_reference",
        "/steps/2/params/depth",
        "`${params.dept}` names the pipeline parameter `dept`, which does not exist; did you mean `depth`?",
    )
    assert _problem({"ratios": [1, 1, "${steps.lod.metrics.x}"]}) == (
        "unknown_reference",
        "/steps/1/params/ratios/2",
        "`${steps.lod.metrics.x}` names the step `lod`, which does not exist; did you mean `load`?",
    )


@pytest.mark.parametrize("step_id", ["train", "split"])
def test_a_step_refers_only_to_steps_before_it(step_id: str) -> None:
    code, pointer, message = _problem({"ratios": [1, f"${{steps.{step_id}.metrics.x}}", 0]})
    assert (code, pointer) == ("reference_not_upstream", "/steps/1/params/ratios/1")
    assert message == (
        f"`${{steps.{step_id}.metrics.x}}` is not known when `split` runs: no forward path leads from `{step_id}` to "
        f"it. Refer to a step before it, or connect `{step_id}` to its port `after`."
    )


def test_an_edge_to_after_makes_a_step_come_before() -> None:
    steps = [step("a", "source"), step("b", "source", rows="${steps.a.metrics.n}"), step("c", "gather")]
    wrong = [edge("a.data -> c.data"), edge("b.data -> c.data")]
    codes = [one.code for one in check(document(steps, wrong), CATALOG, MACHINE)]
    assert codes == ["reference_not_upstream", "invalid_parameter"]
    steps[1] = step("b", "train", target="t", rate="${steps.a.metrics.n}")
    assert check(document(steps, [edge("a.data -> b.train"), wrong[0]]), CATALOG, MACHINE) == ()


def test_a_loop_edge_does_not_make_a_step_come_before() -> None:
    steps = [step("m", "train", target="y", rate="${steps.e.metrics.f1}"), step("e", "evaluate"), step("l", "source")]
    edges = [
        edge("l.data -> m.train"),
        edge("m.model -> e.model"),
        edge("l.data -> e.test"),
        edge("e.metrics -> m.after", kind="loop"),
    ]
    assert [one.code for one in check(document(steps, edges), CATALOG, MACHINE)] == ["reference_not_upstream"]


def test_references_are_not_judged_as_long_as_there_is_a_cycle() -> None:
    steps = [step("a", "gather"), step("b", "gather"), step("c", "source", rows="${steps.a.metrics.x}")]
    edges = [edge("a.data -> b.data"), edge("b.data -> a.data"), edge("a.data -> c.after")]
    assert "reference_not_upstream" not in [one.code for one in check(document(steps, edges), CATALOG, MACHINE)]


@pytest.mark.parametrize(
    ("params", "place", "message"),
    [
        ({"depth": "${params.label}"}, "depth", "`depth` must be a whole number, not text."),
        ({"depth": "${params.rate}"}, "depth", "`depth` must be a whole number, not a number with a decimal point."),
        ({"target": "${params.depth}"}, "target", "`target` must be text, not a whole number."),
        ({"rate": "${params.depth}"}, "rate", "`rate` must be at most 1, not 3."),
        ({"options": "${params.ratios}"}, "options", "`options` fits none of the forms it may have; a list was given."),
        (
            {"options": {"name": "n", "size": "${params.label}"}},
            "options/size",
            "`options.size` must be a whole number, not text.",
        ),
    ],
)
def test_a_referred_value_of_the_wrong_kind_names_the_reference(params: Json, place: str, message: str) -> None:
    code, pointer, told = _problem(**params)
    assert (code, pointer) == ("invalid_parameter", f"/steps/2/params/{place}")
    assert told.startswith(f"{message} It is the value of `${{params.")


def test_a_fault_within_a_referred_value_is_pinned_to_the_reference() -> None:
    parameters = {"r": {"type": "list", "default": [1, -1, 0]}}
    steps = [step("load", "source"), step("split", "split", ratios="${params.r}")]
    (problem,) = check(document(steps, [edge("load.data -> split.data")], parameters=parameters), CATALOG, MACHINE)
    assert problem.pointer == "/steps/1/params/ratios"
    assert problem.message == "`ratios[1]` must be at least 0, not -1. It is the value of `${params.r}`."


def test_text_around_a_reference_makes_it_text() -> None:
    assert _problem(depth=" ${params.depth}")[2] == "`depth` must be a whole number, not text."


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"target": "${steps.load.metrics.x}"}, "`target` must be text, not a number with a decimal point."),
        ({"depth": "${steps.load.metrics.x}"}, "`depth` must be a whole number, not a number with a decimal point."),
        ({"shuffle": "${steps.load.metrics.x}"}, "`shuffle` must be true or false, not a number with a decimal point."),
        ({"rate": "x ${steps.load.metrics.x}"}, "`rate` must be a number, not text."),
        ({"depth": "${params.words}"}, "`depth` must be a whole number, not text."),
        ({"target": "${params.later}"}, "`target` must be text, not a whole number."),
    ],
)
def test_what_only_the_run_will_tell_is_checked_for_its_kind(params: Json, message: str) -> None:
    code, _, told = _problem(**params)
    assert code == "invalid_parameter"
    assert told.startswith(message)


def test_what_only_the_run_will_tell_is_not_checked_for_its_value() -> None:
    assert _problems({"method": "${params.words}", "seed": "${params.later}"}, target="y") == []
    assert _problems({"method": "h${steps.load.metrics.x}"}, target="y", rate="${steps.load.metrics.x}") == []
    assert _problems({"ratios": ["${steps.load.metrics.x}", "${steps.load.metrics.y}", 1]}, target="y") == []


def test_what_is_known_around_it_is_checked() -> None:
    assert _problem({"ratios": ["${steps.load.metrics.x}", -1, 0]})[1:] == (
        "/steps/1/params/ratios/1",
        "`ratios[1]` must be at least 0, not -1.",
    )
    assert _problem({"ratios": ["${steps.load.metrics.x}"]})[2] == "`ratios` must have at least 3 items, not 1."


def test_what_has_a_broken_reference_is_not_checked_further() -> None:
    assert _problem(depth="${params.nothing}")[0] == "unknown_reference"
    assert _problem(depth="${nothing}")[0] == "malformed_reference"


@pytest.mark.parametrize("text", ["${params.big}" * 10_000, ["${params.big}"] * 10_000])
def test_a_short_document_cannot_ask_for_gigabytes(text: Any) -> None:
    parameters = {"big": {"type": "string", "default": "x" * 500_000}}
    steps = [step("load", "source"), step("split", "split", method=text)]
    found = check(document(steps, [edge("load.data -> split.data")], parameters=parameters), CATALOG, MACHINE)
    assert [(one.code, one.pointer) for one in found] == [("parameters_too_large", "/steps/1/params")]
    assert "5,000,000,160 bytes" in found[0].message


def test_the_size_of_parameters_is_that_of_their_values() -> None:
    parameters = {"big": {"type": "string", "default": "x" * 120_000}}
    (problem,) = check(document([step("a", "train", target="${params.big}")], parameters=parameters), CATALOG, MACHINE)[
        :1
    ]
    assert problem.code == "parameters_too_large"


def test_nor_can_one_with_many_steps() -> None:
    parameters = {"p": {"type": "string", "default": "a" * 90_000}}
    steps = [step(f"s{n}", "train", target="${params.p}") for n in range(60)]
    found = check(document(steps, [], parameters=parameters), CATALOG, MACHINE)
    (problem,) = [one for one in found if one.code == "parameters_too_large"]
    assert (problem.code, problem.pointer, problem.severity) == ("parameters_too_large", "/parameters", "error")
    assert "5,400,000 characters" in problem.message
