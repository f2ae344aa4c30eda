"""The door for documents: what is refused and where the finger points, what is filled in."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given

from octopus.compiler.limits import MAX_DOCUMENT_STEPS
from octopus.compiler.parse import FAULTS_SHOWN, parse
from octopus.domain.errors import InvalidDocument
from octopus.domain.problem import Problem
from tests.support.drawings import Json, drawing, edge, step
from tests.support.examples import examples
from tests.support.random_drawings import drawings


def _faults(value: object, **limits: int | None) -> list[Problem]:
    with pytest.raises(InvalidDocument) as caught:
        parse(value, **limits)
    return list(caught.value.problems)


def _fault(value: object) -> tuple[str, str]:
    faults = _faults(value)
    assert len(faults) == 1, faults
    return str(faults[0].code), faults[0].pointer


def _with_step(**fields: Any) -> Json:
    return drawing([{"id": "a", "type": "source", **fields}])


def _with_edge(**fields: Any) -> Json:
    return drawing([step("a", "source"), step("b", "pass_on")], [{**edge("a.data -> b.data"), **fields}])


def test_the_least_document_gets_every_default() -> None:
    document = parse({"schema_version": 1, "name": "Iris"})
    assert document.model_dump(mode="json") == {
        "schema_version": 1,
        "name": "Iris",
        "description": "",
        "direction": "TB",
        "parameters": {},
        "profiles": {},
        "steps": [],
        "edges": [],
        "notes": [],
        "groups": [],
        "settings": {"max_parallel": None, "timeout_s": None, "experiment": None},
    }


def test_the_least_step_gets_every_default_and_no_label() -> None:
    (one,) = parse(_with_step()).steps
    assert one.model_dump(mode="json") == {
        "id": "a",
        "type": "source",
        "label": None,
        "position": None,
        "params": {},
        "policy": {
            "retries": 0,
            "retry_delay_s": 1.0,
            "timeout_s": None,
            "on_failure": "fail",
            "reuse": True,
            "resources": {"cpus": 1, "gpus": 0, "memory_mb": None},
            "backend": None,
        },
        "enabled": True,
        "notes": "",
    }


def test_edges_without_id_get_the_first_free_ones() -> None:
    ends = edge("a.data -> b.data")
    edges = [ends, {**ends, "id": "e2"}, ends, {**ends, "id": "e1"}, ends]
    document = parse(drawing([step("a", "source"), step("b", "join")], edges))
    assert [one.id for one in document.edges] == ["e3", "e2", "e4", "e1", "e5"]


def test_a_loop_edge_gets_three_iterations_and_fails_at_the_limit() -> None:
    (loop,) = parse(_with_edge(kind="loop")).edges
    assert (loop.max_iterations, loop.on_limit) == (3, "fail")


def test_a_loop_edge_that_says_null_gets_the_defaults_too() -> None:
    (loop,) = parse(_with_edge(kind="loop", max_iterations=None, on_limit=None)).edges
    assert (loop.max_iterations, loop.on_limit) == (3, "fail")


def test_a_loop_edge_keeps_what_it_says() -> None:
    (loop,) = parse(_with_edge(kind="loop", max_iterations=7, on_limit="continue")).edges
    assert (loop.max_iterations, loop.on_limit) == (7, "continue")


def test_a_data_edge_has_no_limit() -> None:
    (data,) = parse(_with_edge()).edges
    assert (data.max_iterations, data.on_limit) == (None, None)


@pytest.mark.parametrize(
    ("value", "code", "pointer"),
    [
        (None, "wrong_shape", ""),
        ([], "wrong_shape", ""),
        ("{}", "wrong_shape", ""),
        ({"name": "x"}, "missing_field", "/schema_version"),
        ({"schema_version": 1}, "missing_field", "/name"),
        ({"schema_version": 1, "name": ""}, "wrong_shape", "/name"),
        ({"schema_version": 1, "name": "   "}, "wrong_shape", "/name"),
        ({"schema_version": 1, "name": "x" * 201}, "over_limit", "/name"),
        ({"schema_version": 1, "name": "a\x1b[31m"}, "wrong_shape", "/name"),
        ({"schema_version": 1, "name": "a\u0085b"}, "wrong_shape", "/name"),
        ({"schema_version": 1, "name": "a\0b"}, "wrong_shape", "/name"),
        ({"schema_version": 1, "name": 7}, "wrong_shape", "/name"),
        ({"schema_version": 1, "name": "x", "direction": "RL"}, "wrong_shape", "/direction"),
        ({"schema_version": 1, "name": "x", "steps": {}}, "wrong_shape", "/steps"),
        ({"schema_version": 1, "name": "x", "steps": [3]}, "wrong_shape", "/steps/0"),
        ({"schema_version": 1, "name": "x", "layout": {}}, "unknown_field", "/layout"),
        ({"schema_version": 1, "name": "x", "parameters": {"a-b": {"type": "int"}}}, "wrong_shape", "/parameters/a-b"),
        ({"schema_version": 1, "name": "x", "settings": {"max_parallel": 0}}, "wrong_shape", "/settings/max_parallel"),
        (_with_step(id="A"), "wrong_shape", "/steps/0/id"),
        (_with_step(id="../x"), "wrong_shape", "/steps/0/id"),
        (_with_step(id="a" * 65), "wrong_shape", "/steps/0/id"),
        (_with_step(type="a b"), "wrong_shape", "/steps/0/type"),
        (_with_step(label="x" * 201), "over_limit", "/steps/0/label"),
        (_with_step(lable="x"), "unknown_field", "/steps/0/lable"),
        (_with_step(enabled=1), "wrong_shape", "/steps/0/enabled"),
        (_with_step(enabled="true"), "wrong_shape", "/steps/0/enabled"),
        (_with_step(policy={"retries": True}), "wrong_shape", "/steps/0/policy/retries"),
        (_with_step(policy={"retries": "1"}), "wrong_shape", "/steps/0/policy/retries"),
        (_with_step(policy={"retries": 1.0}), "wrong_shape", "/steps/0/policy/retries"),
        (_with_step(policy={"resources": {"cpu": 1}}), "unknown_field", "/steps/0/policy/resources/cpu"),
        (_with_step(policy={"backend": "hot"}), "wrong_shape", "/steps/0/policy/backend"),
        (_with_step(position={"x": 0, "y": "0"}), "wrong_shape", "/steps/0/position/y"),
        (_with_step(position={"x": 0}), "missing_field", "/steps/0/position/y"),
        (_with_step(params=[]), "wrong_shape", "/steps/0/params"),
        (_with_step(params={"a": float("nan")}), "wrong_shape", "/steps/0/params/a"),
        (_with_step(params={"a": [1, float("inf")]}), "wrong_shape", "/steps/0/params/a/1"),
        (_with_step(params={"a": "\ud800"}), "wrong_shape", "/steps/0/params/a"),
        (_with_step(params={"a": "x\0y"}), "wrong_shape", "/steps/0/params/a"),
        (_with_step(params={"a": 2**64}), "wrong_shape", "/steps/0/params/a"),
        (_with_step(params={"a": {1, 2}}), "wrong_shape", "/steps/0/params/a"),
        (_with_step(params={"a": {3: 4}}), "wrong_shape", "/steps/0/params/a"),
        (_with_step(params={"a": "x" * 1_000_001}), "over_limit", "/steps/0/params"),
        (_with_edge(id=""), "wrong_shape", "/edges/0/id"),
        (_with_edge(kind="dotted"), "wrong_shape", "/edges/0/kind"),
        (_with_edge(kind="loop", max_iterations=10**9), "over_limit", "/edges/0/max_iterations"),
        (_with_edge(kind="loop", max_iterations=0), "wrong_shape", "/edges/0/max_iterations"),
        (_with_edge(source="nowhere"), "unknown_step", "/edges/0/source"),
        (_with_edge(target="nowhere"), "unknown_step", "/edges/0/target"),
        (_with_edge(source_port="Data"), "wrong_shape", "/edges/0/source_port"),
    ],
)
def test_a_structural_fault_is_refused_and_pinned(value: object, code: str, pointer: str) -> None:
    assert _fault(value) == (code, pointer)


def test_faults_name_the_step_or_edge_they_are_in() -> None:
    assert _faults(_with_step(lable="x"))[0].step_id == "a"
    assert _faults(_with_edge(lable="x"))[0].edge_id == "e1"


def test_an_unknown_field_names_the_nearest_known_one() -> None:
    assert _faults(_with_step(lable="x"))[0].message == "There is no field `lable` here; did you mean `label`?"
    assert _faults(_with_step(policy={"retrys": 1}))[0].message.endswith("did you mean `retries`?")
    assert _faults(_with_step(zzz=1))[0].message == "There is no field `zzz` here."


def test_messages_are_for_people() -> None:
    value = _with_step(id="A", enabled=1, policy={"retries": True, "on_failure": "stop", "timeout_s": 0})
    assert [fault.message for fault in _faults(value)] == [
        "`id` must begin with a lower-case letter, then lower-case letters, digits or `_`, 64 at most; `A` is not "
        "that.",
        "`retries` must be a whole number, not true.",
        "`timeout_s` must be more than 0, not 0.",
        "`on_failure` must be `fail` or `continue`, not `stop`.",
        "`enabled` must be true or false, not a whole number.",
    ]


def test_step_and_edge_ids_are_used_once() -> None:
    ends = {**edge("a.data -> a.data"), "id": "x"}
    faults = _faults(drawing([step("a", "source"), step("a", "source")], [ends, ends]))
    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("duplicate_step_id", "/steps/1/id"),
        ("duplicate_edge_id", "/edges/1/id"),
    ]


def test_an_edge_to_a_step_that_does_not_exist_names_the_nearest() -> None:
    faults = _faults(drawing([step("train", "source")], [edge("tran.data -> train.data")]))
    assert faults[0].message == "Edge `e1` starts at step `tran`, which does not exist; did you mean `train`?"


def test_minus_zero_large_names_and_every_letter_are_welcome() -> None:
    document = parse({**_with_step(params={"a": -0.0, "b": 2**63 - 1}), "name": "é🙂\u202e" + "x" * 197})
    assert document.steps[0].params == {"a": -0.0, "b": 2**63 - 1}
    assert len(document.name) == 200


def test_deep_nesting_is_refused_without_exhausting_the_stack() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert _faults(_with_step(params={"a": deep}))[0].code == "over_limit"


def test_a_document_has_as_many_steps_as_the_door_allows() -> None:
    steps = [step(f"s{n}", "source") for n in range(MAX_DOCUMENT_STEPS)]
    assert len(parse(drawing(steps)).steps) == MAX_DOCUMENT_STEPS
    one_more = drawing([*steps, step("more", "source")])
    assert _fault(one_more) == ("over_limit", "/steps")
    assert len(parse(one_more, max_steps=None).steps) == MAX_DOCUMENT_STEPS + 1
    assert _faults(one_more, max_steps=5)[0].message == "A document has at most 5 steps; this one has 2,001."


def test_edges_are_limited_with_the_steps() -> None:
    edges = [edge("a.data -> b.data")] * 51
    value = drawing([step("a", "source"), step("b", "join")], edges)
    assert [fault.pointer for fault in _faults(value, max_steps=5)] == ["/edges"]


def test_what_is_too_large_is_not_looked_at_closely() -> None:
    steps: list[Any] = [{"junk": n} for n in range(100_000)]
    assert [fault.pointer for fault in _faults(drawing(steps))] == ["/steps"]


def test_a_broken_generator_gets_a_readable_list_of_faults() -> None:
    faults = _faults(drawing([{"id": "A", "type": "source"} for _ in range(1_000)]))
    assert len(faults) == FAULTS_SHOWN


@given(drawings())
@examples(200)
def test_the_normal_form_is_read_as_itself(value: Json) -> None:
    document = parse(value)
    again = document.model_dump(mode="json")
    assert parse(again) == document
    assert parse(again).model_dump(mode="json") == again


@given(drawings())
@examples(40)
def test_a_document_survives_json_and_yaml(value: Json) -> None:
    document = parse(value)
    written = document.model_dump(mode="json")
    assert parse(json.loads(json.dumps(written))) == document
    assert parse(yaml.safe_load(yaml.safe_dump(written, sort_keys=False))) == document


def test_parsing_leaves_what_it_is_given_alone() -> None:
    value = _with_edge(kind="loop")
    before = repr(value)
    parse(value)
    assert repr(value) == before
