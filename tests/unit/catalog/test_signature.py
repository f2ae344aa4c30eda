"""Source code of a user's function -> ports and arguments, without executing any of it."""

import ast
import contextlib
import time
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from octopus.catalog.signature import Signature, SignatureFault, read_signature
from octopus.catalog.signature.syntax import MAX_CHARACTERS

TAKEN = ("code", "file", "arguments")


def read(parameters: str, before: str = "", returns: str = "", given: tuple[str, ...] = ()) -> Signature:
    return read_signature(f"{before}\ndef run({parameters}){returns}:\n    return None\n", given, TAKEN)


def inputs(parameters: str, given: tuple[str, ...] = ()) -> list[str]:
    """`name:type`, `?` behind an optional one, `*` behind one that takes many."""
    return [
        f"{port.name}:{port.type}{'' if port.required else '?'}{'*' if port.many else ''}"
        for port in read(parameters, given=given).inputs
    ]


def outputs(fields: str, returns: str = " -> Parts") -> list[str]:
    """`name:type`, `!` behind a branch."""
    parts = f"import typing\nclass Parts(typing.NamedTuple):\n    {fields}\n"
    return [f"{port.name}:{port.type}{'!' * port.branch}" for port in read("", parts, returns).outputs]


def fault(source: str, given: tuple[str, ...] = ()) -> SignatureFault:
    with pytest.raises(SignatureFault) as caught:
        read_signature(source, given, TAKEN)
    return caught.value


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ("", []),
        ("*inputs", ["inputs:any?*"]),
        ("table, model", ["table:any", "model:any"]),
        ("table, model=None, /", ["table:any", "model:any?"]),
        ("table: pd.DataFrame, old: 'DataFrame | None' = None", ["table:dataset", "old:dataset?"]),
        ("m: LogisticRegression, n: sklearn.base.BaseEstimator", ["m:model", "n:model"]),
        ("f: Path, g: pathlib.Path = None", ["f:file", "g:file?"]),
        ("x: Any, z: Unknown[int], y: object = None", ["x:any", "z:any", "y:any?"]),
        ("tables: list[pd.DataFrame], more: typing.List[Any] = ()", ["tables:dataset*", "more:any?*"]),
        ("x: pd.DataFrame | dict, y: Union[DataFrame, None]", ["x:any", "y:dataset"]),
        ("*tables: pd.DataFrame", ["tables:dataset?*"]),
        ("*, table: pd.DataFrame", ["table:dataset"]),
        ("x: Annotated[pd.DataFrame, 'doc']", ["x:dataset"]),
        ("limit=object()", ["limit:any?"]),
    ],
)
def test_what_comes_along_an_edge_is_a_port(parameters: str, found: list[str]) -> None:
    assert inputs(parameters) == found


@pytest.mark.parametrize(
    ("parameter", "schema"),
    [
        ("x: int", {"type": "integer"}),
        ("x: float = 0.5", {"type": "number", "default": 0.5}),
        ("x: str | None = None", {"type": ["string", "null"], "default": None}),
        ("x: Optional[bool] = True", {"type": ["boolean", "null"], "default": True}),
        ("x: 'int | float'", {"type": ["integer", "number"]}),
        ("x: list", {"type": "array"}),
        ("x: Sequence[str] = ('a',)", {"type": "array", "items": {"type": "string"}, "default": ["a"]}),
        (
            "x: dict[str, list[int]]",
            {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "integer"}}},
        ),
        ("x: list[int] | None", {"type": ["array", "null"], "items": {"type": "integer"}}),
        ("x: Literal['a', 'b'] | None", {"enum": ["a", "b", None]}),
        ("x: Literal[-1, 1] = 1", {"enum": [-1, 1], "default": 1}),
        ("x: int | list[int]", {"anyOf": [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]}),
        ("x=5", {"type": "number", "default": 5}),
        ("x=-0.5", {"type": "number", "default": -0.5}),
        ("x=False", {"type": "boolean", "default": False}),
        ("x='a'", {"type": "string", "default": "a"}),
        ("x=[1]", {"type": "array", "default": [1]}),
        ("x={}", {"type": "object", "default": {}}),
        ("*, x", {}),
        ("*, x=None", {"default": None}),
        ("x: int = SOME_CONSTANT", {"type": "integer"}),
    ],
)
def test_what_is_a_plain_value_is_an_argument(parameter: str, schema: dict[str, Any]) -> None:
    found = read(parameter)
    assert found.inputs == ()
    assert found.arguments == {"type": "object", "properties": {"x": schema}, "additionalProperties": False}
    assert found.required == (("x",) if "=" not in parameter.split("->")[0] else ())


def test_an_argument_that_has_a_value_is_no_port() -> None:
    assert inputs("table, factor", given=("factor", "other")) == ["table:any"]
    assert read("table, factor", given=("factor",)).arguments["properties"] == {"factor": {}}


def test_further_arguments_are_welcome_where_the_function_takes_any() -> None:
    assert read("**more").arguments["additionalProperties"] is True


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("small: pd.DataFrame; rest: dict", ["small:dataset", "rest:any"]),
        ("pass_: 'pd.DataFrame | None'; fail: Optional[pd.DataFrame]", ["pass:dataset!", "fail:dataset!"]),
        ("model: Ridge; fitted: BaseEstimator; series: Path", ["model:any", "fitted:model", "series:any"]),
        ("def helper(self): ...", []),
    ],
)
def test_each_field_of_the_named_tuple_is_an_output(fields: str, found: list[str]) -> None:
    assert outputs(fields) == found
    assert outputs(fields, " -> 'Parts'") == found


@pytest.mark.parametrize(
    ("returns", "found"),
    [
        ("", ["output:any"]),
        (" -> None", ["output:any"]),
        (" -> pd.DataFrame", ["output:dataset"]),
        (" -> RandomForestClassifier | None", ["output:model"]),
        (" -> Unknown", ["output:any"]),
        (" -> list[Parts]", ["output:any"]),
    ],
)
def test_any_other_function_has_one_output(returns: str, found: list[str]) -> None:
    assert outputs("a: int", returns) == found


def test_the_last_definition_counts_wherever_it_stands() -> None:
    hidden = "class X:\n    def run(c): ...\n"
    source = f"def run(a): ...\nif True:\n    try:\n        def run(b): ...\n    finally: ...\n{hidden}"
    assert [port.name for port in read_signature(source).inputs] == ["b"]


@pytest.mark.parametrize(
    ("source", "message", "line"),
    [
        ("", "The code defines no function `run`.", None),
        ("run = 1\ndef other(): ...", "The code defines no function `run`.", None),
        ("x = 1\ndef run(:\n", "The code is not valid Python: invalid syntax.", 2),
        ("\nasync def run(): ...", "`run` cannot be asynchronous: write `def`, not `async def`.", 2),
        ("def run(Table): ...", "`Table` cannot be the name of a port", 1),
        ("def run(ä): ...", "`ä` cannot be the name of a port", 1),
        ("def run(code): ...", "No port can be called `code`", 1),
        ("def run(\n  *after): ...", "No port can be called `after`", 2),
        ("def run(a, a): ...", "`a` is there twice.", 1),
        ("class P(NamedTuple):\n  a_: int\n  a: int\ndef run() -> P: ...", "`a` is there twice.", 1),
        ("class P(NamedTuple):\n  A: int\ndef run() -> P: ...", "`A` cannot be the name of a port", 2),
        (f"def run({', '.join(f'p{n}' for n in range(40))}): ...", "A step has at most 32 ports on a side, not 40.", 1),
        ("x" * (MAX_CHARACTERS + 1), "The code has 100,001 characters; at most 100,000 are read.", None),
        ("-" * 90_000 + "1", "The code is nested too deeply to be read.", None),
        ("a" + ".b" * 40_000, "The code is nested too deeply to be read.", None),
        ("x = " + "(" * 300, "The code is not valid Python: too many nested parentheses.", 1),
        ("\0", "The code is not valid Python: source code string cannot contain null bytes", None),
        ("\ud800", "The code is not valid Python: 'utf-8' codec can't encode", None),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_read_says_why_and_where(source: str, message: str, line: int | None) -> None:
    found = fault(source)
    assert found.message.startswith(message)
    assert found.line == line


def test_the_example_of_the_documentation_has_the_ports_that_it_says() -> None:
    text = (Path(__file__).parents[3] / "docs" / "own_code.md").read_text(encoding="utf-8")
    found = read_signature(text.split("<!-- example: step -->\n```python\n", 1)[1].split("```", 1)[0])
    ports = [(port.name, port.type, port.required, port.many) for port in found.inputs]
    assert ports == [
        ("orders", "dataset", True, False),
        ("customers", "dataset", True, False),
        ("old", "any", False, False),
        ("more", "any", False, True),
    ]
    assert [(port.name, port.branch) for port in found.outputs] == [
        ("kept", False),
        ("summary", False),
        ("suspicious", True),
    ]
    assert found.required == ("limit",)
    assert found.arguments["properties"] == {
        "limit": {"type": "number"},
        "key": {"type": "string", "default": "customer"},
    }


def test_an_argument_may_have_any_name_that_python_has() -> None:
    assert read("Code: int, after: str = ''").required == ("Code",)


def test_nothing_is_executed_and_nobody_is_warned() -> None:
    source = (
        "raise SystemExit\nimport nowhere\n@print('no')\ndef run(a=print('no'), b: print('no') = '\\d'):\n    1 / 0\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert [port.name for port in read_signature(source).inputs] == ["a", "b"]


@pytest.mark.parametrize("parameter", ["a{}=1", "a{}"])
def test_a_source_full_of_parameters_is_read_at_once(parameter: str) -> None:
    source = f"def run({','.join(parameter.format(number) for number in range(12_000))}): ..."
    began = time.process_time()
    with contextlib.suppress(SignatureFault):
        read_signature(source)
    assert len(source) < MAX_CHARACTERS
    assert time.process_time() - began < 3


WORDS = st.sampled_from(
    [
        *(
            "def run(",
            ")",
            ":",
            " -> ",
            "*",
            "**",
            "/",
            ",",
            "=",
            "a",
            "b: ",
            "int",
            "list[",
            "]",
            "|",
            "None",
            "'",
            '"',
        ),
        *(
            "class P(NamedTuple):\n ",
            "P",
            "lambda",
            "{",
            "}",
            "(",
            "5",
            "-",
            "\\",
            "\n",
            " ",
            "\t",
            "Literal[",
            "…",
            "\0",
        ),
    ]
)


@given(
    st.one_of(
        st.text(),
        st.lists(WORDS).map("".join),
        st.lists(WORDS).map(lambda words: "def run(" + "".join(words) + "): ..."),
    )
)
@example("def run(a: \"'int'\"): ...")
@example("def run(a: list[()]): ...")
@example("def run(a: Literal[()]): ...")
@example("def run(a: Optional[()]): ...")
@example("def run(a='\\ud800'): ...")
@example("def run(a=1e999): ...")
def test_any_text_has_a_signature_or_a_fault(source: str) -> None:
    try:
        found = read_signature(source, ("a",), TAKEN)
    except SignatureFault:
        return
    assert ast.parse(source)
    assert len(found.inputs) <= 32
