"""The step of the README is a step: what the README shows is what runs."""

import re
import sys
import types
from pathlib import Path

import pandas as pd
import pytest

from octopus.steps.runtime.introspect import declaration

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The README's Python block that declares a step, as a module."""
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    source = next(block for block in blocks if "@step(" in block)
    module = types.ModuleType("readme_example")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    exec(compile(source, str(README), "exec"), module.__dict__)
    return module


def test_the_readmes_step_declares_its_port_its_parameter_and_its_help(example: types.ModuleType) -> None:
    declared = declaration(example.sample)
    assert [(port.name, port.type) for port in declared.inputs] == [("data", "dataset")]
    assert [(port.name, port.type) for port in declared.outputs] == [("data", "dataset")]
    assert declared.params().model_dump() == {"rows": 100}
    assert declared.doc == "Keeps some rows, drawn at random."


def test_the_readmes_step_does_what_it_says(example: types.ModuleType) -> None:
    table = pd.DataFrame({"x": range(10)})
    assert len(example.sample(table, 3).data) == 3
    assert len(example.sample(table, 100).data) == 10
