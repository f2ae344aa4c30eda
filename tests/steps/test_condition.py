"""condition: one of two ways, chosen by an expression that can do nothing but compare and reckon."""

import re
from pathlib import Path

import pytest

from octopus.steps.expressions.truth import Compared, truth_of
from octopus.steps.expressions.words import LENGTH_LIMIT, PATTERN
from tests.steps.conftest import RunStep

TRUE = [
    "true",
    "True",
    "not false",
    "0.93 >= 0.9",
    "1e-05 < .5",
    "2. == 2",
    "1 + 2 * 3 == 7",
    "(1 + 2) * 3 == 9",
    "10 - 4 - 3 == 3",
    "8 / 2 / 2 == 2",
    "- -3 > +2",
    "false or true and true",
    "not (false and true)",
    "not 1 > 2",
    "(1 < 2) == (3 < 4)",
    "true != false",
    "\"production\" == 'production'",
    '"a b" < "b"',
    '"Ünïcode" != ""',
    "Infinity > 1e308 and -inf < 0",
    "NaN != NaN",
    "false and 1 / 0 > 0 or true",
    " 1 <\n\t2 ",
    "1" * 400 + " == inf",
]
FALSE = ["false", "0.89 >= 0.9", "NaN > 0", "NaN <= 0", "not true or false", "1 == 2", '"A" == "a"', "true and false"]
WRONG = {
    "": "the expression is empty",
    "  ": "the expression is empty",
    "0.93": "the expression gives the number 0.93, not true or false: compare it with something",
    '"yes"': 'the expression gives the text "yes", not true or false',
    "1 <": "a value is missing before the end of the expression",
    "< 1": "a value is missing before < at character 1",
    "(1 < 2": "a closing parenthesis is missing before the end of the expression",
    "1 < 2)": ") at character 6 is one too many",
    "1 < 2 < 3": "< at character 7 is one too many; join comparisons with `and`",
    "1 2": "2 at character 3 is one too many",
    "2 ** 3 > 1": "a value is missing before * at character 4",
    "a = 1": "'=' at character 3 is no part of an expression",
    "recall > 1": "the word recall at character 1 means nothing: put text into quotes, and name a metric as ${steps.",
    "f(1)": "the word f at character 1 means nothing",
    "5(1) > 1": "( at character 2 is one too many",
    "(1).real > 0": "'.' at character 4 is no part of an expression",
    '__import__("os")': "the word __import__ at character 1 means nothing",
    "true.__class__": "'.' at character 5 is no part of an expression",
    "[1] == [1]": "'[' at character 1 is no part of an expression",
    "lambda: 1": "':' at character 7 is no part of an expression",
    "pаss > 1": "'а' at character 2 is no part of an expression",
    "1 \uff1c 2": "'\uff1c' at character 3 is no part of an expression",
    "\u0661 > 0": "'\u0661' at character 1 is no part of an expression",
    '"half': "'\"' at character 1 is no part of an expression",
    '"a\\"b" == 1': "is no part of an expression",
    "${params.x} > 1": "'$' at character 1 is no part of an expression",
    "true > false": "true > false asks which of true and false is larger",
    '1 == "1"': '1 == "1" compares the number 1 with the text "1"',
    "true == 1": "true == 1 compares true with the number 1",
    "1 and true": "1 is the number 1, where true or false is needed",
    "not 0": "0 is the number 0, where true or false is needed",
    '"a" + "b" == "ab"': '"a" is the text "a", where a number is needed',
    "true + 1 > 1": "true is true, where a number is needed",
    "1 / (2 - 2) > 1": "1 / (2 - 2) divides by zero",
    "(" * 60 + "true" + ")" * 60: "the expression is nested more than 50 deep",
    "not " * 60 + "true": "the expression is nested more than 50 deep",
    "-" * 60 + "1 > 0": "the expression is nested more than 50 deep",
    "1+" * 400 + "1 > 0": "the expression has 804 words; at most 300 are read",
    "1" * 10_000: "the expression has 10,000 characters; at most 1,000 are read",
}


@pytest.mark.parametrize("expression", TRUE)
def test_it_holds(expression: str) -> None:
    assert truth_of(expression).holds
    assert re.match(PATTERN, expression)


@pytest.mark.parametrize("expression", FALSE)
def test_it_does_not_hold(expression: str) -> None:
    assert not truth_of(expression).holds
    assert re.match(PATTERN, expression)


@pytest.mark.parametrize("expression", WRONG, ids=lambda text: text[:20])
def test_what_is_wrong_is_said(expression: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as fault:
        truth_of(expression)
    assert WRONG[expression] in str(fault.value)


def test_the_longest_and_deepest_expressions_are_read() -> None:
    assert truth_of("(" * 50 + "true" + ")" * 50).holds
    assert truth_of("1 + " * 140 + "1 > 140").holds
    assert truth_of("true" + " " * (LENGTH_LIMIT - 4)).holds


def test_every_comparison_is_told_with_its_values_but_none_that_no_longer_matters() -> None:
    truth = truth_of("0.5 + 0.4 >= 0.8 and 3 > 10 and 1 < 2")
    assert truth.compared == [Compared("0.5 + 0.4 >= 0.8", 0.9, 0.8, True), Compared("3 > 10", 3.0, 10.0, False)]


@pytest.mark.parametrize(("expression", "port"), [("0.93 >= 0.9", "true"), ("0.93 >= 0.95 or false", "false")])
def test_the_value_goes_one_way_unchanged(run_step: RunStep, tmp_path: Path, expression: str, port: str) -> None:
    value = tmp_path / "anything.bin"
    value.write_bytes(b"\x00\xff")
    outcome = run_step("condition", {"value": value}, expression=expression)
    assert outcome.exit_code == 0, outcome.stderr
    assert outcome.ports == {port: value}
    assert outcome.metrics == {"holds": float(port == "true")}
    assert outcome.card["blocks"][0]["text"].startswith(f"## {port}")
    assert outcome.card["blocks"][1]["rows"][0][1:3] == [expression.split(" or ")[0], 0.93]


def test_a_wrong_expression_fails_the_step_and_chooses_no_way(run_step: RunStep, tmp_path: Path) -> None:
    outcome = run_step("condition", {"value": tmp_path}, expression="production == 1")
    assert outcome.exit_code == 1
    assert outcome.ports == {}
    assert outcome.last_stderr.startswith("ValueError: the word production at character 1 means nothing")
