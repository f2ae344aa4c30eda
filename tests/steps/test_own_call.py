"""How a user's function is called with what arrived at its ports; the server, which only reads its signature, and the
step, which calls it, mean the same by it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from octopus.catalog.signature import read_signature
from octopus.steps.runtime.own_call import by_port, call, takes_in_order, wants_paths
from octopus.steps.runtime.own_code import own_function

HEAD = "from typing import *\nfrom pathlib import Path\nclass DataFrame: ...\n"


def function(parameters: str) -> Any:
    return own_function(f"{HEAD}def run({parameters}):\n    return locals()", "code", "run")


@pytest.mark.parametrize(
    ("parameters", "named", "in_order", "got"),
    [
        ("a, b", {"a": 1, "b": 2}, [], {"a": 1, "b": 2}),
        ("a, /, b=0", {"a": 1}, [], {"a": 1, "b": 0}),
        ("a=0, *rest", {"rest": [1, 2]}, [], {"a": 0, "rest": (1, 2)}),
        ("a=0, *rest", {}, [1, 2], {"a": 1, "rest": (2,)}),
        ("a, b", {"b": 9}, [1], {"a": 1, "b": 9}),
        ("*rest, a, b=0", {"a": 1}, [], {"a": 1, "b": 0, "rest": ()}),
        ("a, **more", {"a": 1, "b": 2}, [], {"a": 1, "more": {"b": 2}}),
        ("*rest", {"rest": 1}, [], {"rest": (1,)}),
    ],
)
def test_values_go_where_their_names_say_and_the_others_in_order(
    parameters: str, named: dict[str, Any], in_order: list[Any], got: dict[str, Any]
) -> None:
    assert call(function(parameters), named, in_order) == got


@pytest.mark.parametrize(
    ("parameters", "named", "in_order", "said"),
    [
        ("a, b", {"b": 1}, [], "run has no value for its parameter 'a'"),
        ("*, a", {}, [], "missing 1 required keyword-only argument: 'a'"),
        ("a", {"a": 1, "b": 2}, [], "unexpected keyword argument 'b'"),
        ("a", {}, [1, 2], "takes 1 positional argument but 2 were given"),
    ],
)
def test_what_does_not_fit_is_refused(parameters: str, named: dict[str, Any], in_order: list[Any], said: str) -> None:
    with pytest.raises(TypeError, match=said):
        call(function(parameters), named, in_order)


@pytest.mark.parametrize(
    ("parameters", "in_order"),
    [("a", True), ("inputs", True), ("*inputs", False), ("inputs: list[Any]", False), ("inputs: 'List[Any]'", False)],
)
def test_values_at_the_port_inputs_go_in_order_unless_a_parameter_takes_them(parameters: str, in_order: bool) -> None:
    assert takes_in_order(function(parameters)) is in_order


def test_only_what_is_annotated_as_a_path_alone_wants_one() -> None:
    annotated = "a: Path, b: 'Path | None', c: list[Path], d: Optional[Path], e: Path | dict, f: Any, g, *h: Path"
    assert wants_paths(function(annotated)) == {"a", "b", "c", "d", "h"}


PLACED = st.sampled_from(["a", "b: DataFrame", "c: int", "d: 'list[DataFrame]'", "e: Path", "f: str | None", "g: Any"])
DEFAULTED = st.sampled_from(["h=None", "i=5", "j: DataFrame = None", "k: Optional[int] = 1", "l='x'", "m: dict = {}"])
BY_NAME = st.sampled_from(["n", "o=1", "p: DataFrame", "q: bool = True"])


@given(
    st.lists(PLACED, unique=True, max_size=4),
    st.lists(DEFAULTED, unique=True, max_size=3),
    st.sampled_from([[], ["*rest"], ["*rest: DataFrame"], ["*"]]),
    st.lists(BY_NAME, unique=True, max_size=2),
    st.sampled_from([[], ["**more"]]),
    st.booleans(),
)
def test_the_ports_and_arguments_that_are_read_are_those_that_can_be_given(
    placed: list[str], defaulted: list[str], rest: list[str], by_name: list[str], more: list[str], everything: bool
) -> None:
    if not rest or (rest == ["*"] and not by_name):
        rest = by_name = []
    text = ", ".join([*placed, *defaulted, *rest, *by_name, *more])
    found = read_signature(f"def run({text}): ...")
    arguments: Any = found.arguments["properties"]
    ports = {port.name: [port.name] if port.many else port.name for port in found.inputs if everything or port.required}
    given_arguments = {name: name for name in arguments if everything or name in found.required}
    got = call(function(text), {**ports, **given_arguments})
    assert {name for name in got if name not in ("rest", "more")} == {
        *arguments,
        *(port.name for port in found.inputs if port.name != "rest"),
    }
    for name, value in {**ports, **given_arguments}.items():
        assert got[name] == (tuple(value) if name == "rest" else value)


@pytest.mark.parametrize(
    ("fields", "value", "emitted"),
    [
        ("a: int; b: dict", (1, None), {"a": 1, "b": None}),
        ("a: int | None; pass_: 'Optional[int]'", (None, 2), {"pass": 2}),
        ("a: None; b: Any", (None, None), {"b": None}),
    ],
)
def test_a_branch_is_what_the_server_reads_as_one(fields: str, value: Any, emitted: dict[str, Any]) -> None:
    source = f"{HEAD}class P(NamedTuple):\n    {fields}\ndef run() -> P: ..."
    assert by_port(own_function(source, "code", "run"), value) == emitted
    outputs = read_signature(source).outputs
    assert {port.name for port in outputs if not port.branch} <= set(emitted) <= {port.name for port in outputs}
