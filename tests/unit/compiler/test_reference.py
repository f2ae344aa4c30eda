"""The language of references: every text can be taken apart, every value can be written, nothing is ever evaluated."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octopus.compiler.plan import MetricReference
from octopus.compiler.reference import (
    Malformed,
    ParameterReference,
    as_literal,
    parts_of,
    references_in,
    resolve,
    with_parameters,
    written,
)
from octopus.domain.event import MetricValue
from tests.support.examples import examples

PARAMS: dict[str, Any] = {"n": 3, "f": 1.5, "b": True, "l": [1, "x"], "o": {"k": None}, "s": "text", "none": None}
RECALL = MetricReference("evaluate", "recall")
MACRO = MetricReference("evaluate", "f1/macro")
METRICS: dict[MetricReference, MetricValue] = {RECALL: 0.93, MACRO: "NaN"}

dollars_and_braces = st.text(alphabet=st.sampled_from(["$", "{", "}", "a", "."]), max_size=12)
pieces = st.sampled_from(
    [
        "${params.s}",
        "${params.n}",
        "${steps.evaluate.metrics.recall}",
        '${steps.evaluate.metrics["f1/macro"]}',
        "${",
        "$",
    ]
)
language = st.lists(st.one_of(dollars_and_braces, pieces, st.text(max_size=5)), max_size=8).map("".join)
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), dollars_and_braces, language),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


@pytest.mark.parametrize("name", list(PARAMS))
def test_text_that_is_exactly_one_reference_keeps_the_type(name: str) -> None:
    value = resolve(f"${{params.{name}}}", PARAMS, {})
    assert value == PARAMS[name]
    assert type(value) is type(PARAMS[name])


def test_other_text_gets_the_value_written_into_it() -> None:
    text = "n=${params.n} b=${params.b} l=${params.l} o=${params.o} s=${params.s} none=${params.none}."
    assert resolve(text, PARAMS, {}) == 'n=3 b=true l=[1,"x"] o={"k":null} s=text none=.'


def test_metrics_stand_under_plain_and_quoted_names() -> None:
    assert resolve("${steps.evaluate.metrics.recall}", {}, METRICS) == 0.93
    assert resolve('${steps.evaluate.metrics["recall"]}', {}, METRICS) == 0.93
    assert resolve('${steps.evaluate.metrics["f1/macro"]}', {}, METRICS) == "NaN"
    assert resolve("recall was ${steps.evaluate.metrics.recall}", {}, METRICS) == "recall was 0.93"


def test_references_are_found_at_any_depth_but_not_in_names() -> None:
    value: Any = {"${params.n}": [{"x": "${params.n}"}, "a${params.s}b${steps.evaluate.metrics.recall}"], "y": 1}
    assert list(references_in(value)) == [
        (("${params.n}", 0, "x"), ParameterReference("n")),
        (("${params.n}", 1), ParameterReference("s")),
        (("${params.n}", 1), RECALL),
    ]
    assert resolve(value, PARAMS, METRICS) == {"${params.n}": [{"x": 3}, "atextb0.93"], "y": 1}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("$${params.n}", "${params.n}"),
        ("$$${params.n}", "$3"),
        ("$$$${params.n}", "$${params.n}"),
        ("a $ b {c} $d $$", "a $ b {c} $d $$"),
        ("$${", "${"),
        ("price: $$${params.f}", "price: $1.5"),
        ("${params.n}${params.n}", "33"),
        ("", ""),
    ],
)
def test_pairs_of_dollars_before_a_brace_are_dollars(text: str, meant: str) -> None:
    assert resolve(text, PARAMS, {}) == meant


@pytest.mark.parametrize(
    "text",
    [
        "${",
        "${}",
        "${params}",
        "${params.}",
        "${params.n",
        "${ params.n }",
        "${params.n.x}",
        "${params.1n}",
        "${params.ｎ}",
        "${params.n}".replace("a", "а"),  # a Cyrillic a
        "${params[n]}",
        "${param.n}",
        "${params.n + 1}",
        "${params.__class__.__name__}",
        "${steps.Evaluate.metrics.recall}",
        "${steps.evaluate.metric.recall}",
        "${steps.evaluate.metrics.f1/macro}",
        "${steps.evaluate.metrics['recall']}",
        '${steps.evaluate.metrics[""]}',
        '${steps.evaluate.metrics["a\\"b"]}',
        "${steps.evaluate.outputs.x}",
        "${9**9**9**9}",
        "${params." + "n" * 65 + "}",
        '${steps.evaluate.metrics["' + "n" * 251 + '"]}',
        "${__import__('os').system('true')}",
    ],
)
def test_anything_else_is_malformed_and_stays_as_it_is(text: str) -> None:
    assert [type(part) for _, part in references_in(text)] == [Malformed]
    assert resolve(text, PARAMS, METRICS) == text


def test_a_malformed_reference_is_quoted_up_to_its_brace_and_never_long() -> None:
    assert parts_of("a ${parms.x} b") == ("a ", Malformed("${parms.x}"), " b")
    (_, found), *_ = references_in("${" + "x" * 10_000)
    assert isinstance(found, Malformed)
    assert len(found.text) == 80


def test_what_is_not_known_stays_as_it_is() -> None:
    text = "${params.other} ${steps.other.metrics.x}"
    assert resolve(text, PARAMS, METRICS) == text
    assert resolve("${params.other}", PARAMS, METRICS) == "${params.other}"


def test_a_value_is_never_read_as_the_language() -> None:
    params: dict[str, Any] = {"s": "${steps.evaluate.metrics.recall}", "d": "$", "e": "{params.s}"}
    assert resolve("${params.s}", params, METRICS) == "${steps.evaluate.metrics.recall}"
    assert resolve("x ${params.s}", params, METRICS) == "x ${steps.evaluate.metrics.recall}"
    joined = with_parameters("${params.d}${params.e} ${params.d}${steps.evaluate.metrics.recall}", params)
    assert resolve(joined, params, METRICS) == "${params.s} $0.93"


@pytest.mark.parametrize("text", ["$" * 1_000_000, "${" * 500_000, "${params.x" * 100_000, "$${" * 300_000])
def test_long_text_is_taken_apart_in_linear_time(text: str) -> None:
    assert parts_of(text)


@given(st.text() | language)
@examples(250)
def test_any_text_can_be_taken_apart_and_resolved(text: str) -> None:
    parts_of(text)
    resolve(text, {}, {})
    resolve(text, PARAMS, METRICS)


@given(json_values)
@examples(150)
def test_every_value_can_be_written_literally(value: Any) -> None:
    assert resolve(as_literal(value), PARAMS, METRICS) == value


@given(json_values, st.dictionaries(st.sampled_from(["s", "n"]), json_values))
@examples(250)
def test_parameters_first_and_metrics_later_is_both_at_once(value: Any, params: dict[str, Any]) -> None:
    if any(isinstance(part, Malformed) for _, part in references_in(value)):
        return
    assert resolve(with_parameters(value, params), {}, METRICS) == resolve(value, params, METRICS)


@given(st.from_regex(r"[^\"\\\x00-\x1f\x7f]{1,250}", fullmatch=True))
@examples(200)
def test_every_metric_reference_is_read_as_it_is_written(name: str) -> None:
    assert parts_of(written(MetricReference("a", name))) == (MetricReference("a", name),)
