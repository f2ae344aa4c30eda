"""catalog.json and MLproject: generated from the steps' signatures, current, and understood by those who read them."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from mlflow.projects._project_spec import load_project

from octopus.catalog.catalog import Catalog, steps_folder
from octopus.compiler.parameter_text import parameter_text
from octopus.steps.runtime import decode, generate
from octopus.steps.runtime.introspect import declaration
from octopus.steps.runtime.shelf import BUILT_IN, find_step

HOSTILE = [
    "",
    "; rm -rf /tmp/nothing",
    "$(id)",
    "`id`",
    "'single' and \"double\"",
    "two\nlines\ttab",
    "{braces} {0}",
    "--name=value",
    "-rf",
    "a=b=c",
    "ünïcödé 🐙 \u202e",
    "\\ back \\n slash",
    "$HOME && true || false > /tmp/x",
    "[1, 2]",
    "null",
    " leading and trailing ",
    "x" * 20_000,
]


def test_the_generated_files_are_current() -> None:
    for name, text in generate.generated().items():
        assert (generate.FOLDER / name).read_text(encoding="utf-8") == text, f"{name}: run the generator"


def test_the_check_fails_on_a_stale_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(generate, "FOLDER", tmp_path)
    assert generate.main(["--check"]) == 1
    assert "catalog.json, MLproject" in capsys.readouterr().err
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0
    (tmp_path / "MLproject").write_text("name: other\n")
    assert generate.main(["--check"]) == 1


def test_mlflow_loads_the_project_with_every_step_as_an_entry_point() -> None:
    project = load_project(str(steps_folder()))
    assert project.name == "octopus"
    for name in BUILT_IN:
        assert project.get_entry_point(name).command.startswith(f"python -m octopus.steps {name} ")


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_form_is_a_valid_schema_whose_defaults_obey_it(name: str, catalog: Catalog) -> None:
    entry = catalog.get(name)
    assert entry is not None
    schema: Any = entry.step_type.params_schema
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert "$ref" not in json.dumps(schema)
    required = schema.get("required", [])
    defaults = {}
    for field, described in schema["properties"].items():
        assert described["title"], field
        assert described["description"], field
        assert "anyOf" not in described, field
        if field not in required:
            defaults[field] = described["default"]
    jsonschema.Draft202012Validator({**schema, "required": []}).validate(defaults)
    assert set(entry.step_type.summary) <= set(schema["properties"])


def test_patterns_hold_no_escape_that_browsers_refuse() -> None:
    text = (generate.FOLDER / "catalog.json").read_text(encoding="utf-8")
    patterns: list[str] = []
    json.loads(text, object_pairs_hook=lambda pairs: patterns.extend(v for k, v in pairs if k == "pattern"))
    assert patterns
    for pattern in patterns:
        assert not re.search(r"""\\[^\\^$.*+?()\[\]{}|/bBdDsSwWnrtfv-]""", pattern), pattern


@pytest.mark.parametrize("name", BUILT_IN)
def test_defaults_travel_through_the_command_line_unchanged(name: str, catalog: Catalog) -> None:
    entry = catalog.get(name)
    assert entry is not None
    schema: Any = entry.step_type.params_schema
    declared = declaration(find_step(name))
    needed = dict.fromkeys(schema.get("required", []), "text")
    texts = {field: parameter_text(one["default"]) for field, one in schema["properties"].items() if "default" in one}
    decoded = decode.parameters(declared, {**texts, **needed})
    assert decoded == decode.parameters(declared, needed)
    assert set(decoded) == set(schema["properties"])


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_reach_the_step_verbatim(value: str) -> None:
    entry = load_project(str(steps_folder())).get_entry_point("ingest")
    command = entry.compute_command({"location": value, "na_values": json.dumps([value])}, None)
    show = f"{sys.executable} -c 'import json,sys; print(json.dumps(sys.argv[2:]))'"
    command = command.replace("python -m octopus.steps", show, 1)
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    arrived = decode.parameters(declaration(find_step("ingest")), decode.options(json.loads(done.stdout)))
    assert arrived["location"] == value
    assert arrived["na_values"] == (value,)
