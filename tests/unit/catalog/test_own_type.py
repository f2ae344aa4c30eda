"""A step type and the parameters of one step -> the ports that this step has."""

import ast
import os
from pathlib import Path
from typing import Any

import pytest

from octopus.catalog import own_type as own_type_module
from octopus.catalog.own_type import OwnType, PortsFault, own_type
from octopus.catalog.signature import Signature, read_signature
from octopus.catalog.signature.syntax import REMEMBERED_SOURCES
from octopus.catalog.source_file import MAX_BYTES
from octopus.catalog.step_type import CatalogEntry, EntryPoint, StepType

GENERIC = {"in": ["inputs"], "out": ["output"]}


@pytest.fixture
def entry(tmp_path: Path) -> CatalogEntry:
    step_type = StepType.model_validate(
        {
            "id": "own",
            "title": "Own",
            "category": "Test",
            "colour": "generic",
            "icon": "Code",
            "doc": "",
            "inputs": [{"name": "inputs", "type": "any", "required": False, "many": True}],
            "outputs": [{"name": "output", "type": "any"}],
            "params_schema": {
                "type": "object",
                "properties": {
                    "code": {"type": "string", "default": "def run(made): ..."},
                    "file": {"type": ["string", "null"], "default": None},
                    "arguments": {"type": "object", "default": {}, "title": "Arguments"},
                },
            },
            "ports_from": {"code": "code", "file": "file", "arguments": "arguments"},
        }
    )
    home = tmp_path / "home"
    home.mkdir()
    return CatalogEntry(
        step_type=step_type,
        entry_point=EntryPoint(project_dir=str(home), name="own"),
        source_roots=(str(home),),
    )


def ports(found: OwnType) -> dict[str, list[str]]:
    return {"in": [p.name for p in found.step_type.inputs], "out": [p.name for p in found.step_type.outputs]}


def test_a_type_with_fixed_ports_is_the_same_for_every_step(entry: CatalogEntry) -> None:
    fixed = entry.model_copy(update={"step_type": entry.step_type.model_copy(update={"ports_from": None})})
    assert own_type(fixed, {"code": "def run(:"}) == OwnType(fixed.step_type)


def test_ports_and_arguments_are_those_of_the_function(entry: CatalogEntry) -> None:
    found = own_type(entry, {"code": "def run(table, limit: int): ..."})
    assert ports(found) == {"in": ["table"], "out": ["output"]}
    assert found.required == ("limit",)
    properties: Any = found.step_type.params_schema["properties"]
    assert properties["arguments"] == {
        "type": "object",
        "default": {},
        "title": "Arguments",
        "properties": {"limit": {"type": "integer"}},
        "additionalProperties": False,
    }


def test_without_code_it_is_the_function_of_the_default(entry: CatalogEntry) -> None:
    assert ports(own_type(entry, {}))["in"] == ["made"]


def test_a_value_in_the_arguments_takes_the_port_away(entry: CatalogEntry) -> None:
    params: dict[str, Any] = {"code": "def run(table, factor): ...", "arguments": {"factor": 2}}
    assert ports(own_type(entry, params))["in"] == ["table"]
    assert ports(own_type(entry, {**params, "arguments": "${params.all}"}))["in"] == ["table", "factor"]


def test_of_code_that_cannot_be_read_no_port_is_known(entry: CatalogEntry) -> None:
    found = own_type(entry, {"code": "x = 1\ndef run(:"})
    assert ports(found) == {"in": [], "out": []}
    assert not found.has_ports
    assert found.fault == PortsFault("code", "The code is not valid Python: invalid syntax. Line 2.")


def test_a_file_counts_instead_of_the_code(entry: CatalogEntry) -> None:
    home = Path(entry.entry_point.project_dir)
    (home / "own.py").write_text("def run(filed): ...")
    (home / "bad.py").write_text("def run(:")
    assert ports(own_type(entry, {"file": "own.py", "code": "def run(:"}))["in"] == ["filed"]
    assert ports(own_type(entry, {"file": str(home / "own.py")}))["in"] == ["filed"]
    assert ports(own_type(entry, {"file": ""}))["in"] == ["made"]
    assert own_type(entry, {"file": "bad.py"}).fault == PortsFault(
        "file", "The code is not valid Python: invalid syntax. Line 1."
    )


def test_a_file_that_may_not_be_looked_into_leaves_the_ports_of_the_type(entry: CatalogEntry, tmp_path: Path) -> None:
    home = Path(entry.entry_point.project_dir)
    (tmp_path / "outside.py").write_text("def run(secret): ...")
    (home / "link.py").symlink_to(tmp_path / "outside.py")
    (home / "large.py").write_text("#" * (MAX_BYTES + 1))
    (home / "latin.py").write_bytes(b"# \xe4")
    os.mkfifo(home / "pipe.py")
    names = [
        "gone.py",
        "link.py",
        "../outside.py",
        "large.py",
        "latin.py",
        "pipe.py",
        ".",
        "\0",
        "~nobody/x",
        "${params.x}",
    ]
    for name in [*names, str(tmp_path / "outside.py"), "/dev/zero", "x" * 5000]:
        assert own_type(entry, {"file": name}) == OwnType(entry.step_type), name


@pytest.mark.parametrize("params", [{"code": 5}, {"code": None}])
def test_values_of_the_wrong_kind_leave_the_ports_of_the_type(entry: CatalogEntry, params: dict[str, Any]) -> None:
    assert ports(own_type(entry, params)) == GENERIC
    assert ports(own_type(entry, {"file": ["x"], "arguments": [1]}))["in"] == ["made"]


def test_one_source_is_read_once_for_all_the_steps_that_have_it(
    entry: CatalogEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def reading(source: str, *names: Any) -> Signature:
        read.append(source)
        return read_signature(source, *names)

    monkeypatch.setattr(own_type_module, "read_signature", reading)
    for code in ("def run(once): ...", "def run(once:"):
        found = [own_type(entry, {"code": code}) for _ in range(3)]
        assert found == found[:1] * 3
    assert len(read) == 2


@pytest.mark.parametrize("source", ["def run(of_a_file, *, n): ...", "def run(of_a_file:"])
def test_one_file_is_parsed_once_whatever_arguments_its_steps_have(
    entry: CatalogEntry, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    (Path(entry.entry_point.project_dir) / "own.py").write_text(source)
    parsed: list[str] = []
    parse = ast.parse

    def parsing(text: str, *more: Any) -> ast.AST:
        parsed.append(text)
        return parse(text, *more)

    monkeypatch.setattr(ast, "parse", parsing)
    for number in range(3 * REMEMBERED_SOURCES):
        own_type(entry, {"file": "own.py", "arguments": {f"x{number}": number}})
    assert parsed == [source]
    changed = source.replace("of_a_file", "of_a_new_one")
    (Path(entry.entry_point.project_dir) / "own.py").write_text(changed)
    own_type(entry, {"file": "own.py"})
    assert parsed == [source, changed]
