"""What `import octopus` offers: complete, documented, typed, and imported only when it is used."""

import ast
import doctest
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import octopus
from octopus.sdk.both import both, both_iterate

PACKAGE = Path(octopus.__file__).parent
EXAMPLES = ("pipeline", "building", "run", "client")


def exported() -> set[str]:
    return set(octopus.__all__) - {"__version__"}


def test_every_name_is_there_and_the_stub_says_the_same() -> None:
    assert all(getattr(octopus, name).__name__ == name for name in exported())
    tree = ast.parse((PACKAGE / "__init__.pyi").read_text("utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    stubbed = {alias.asname: node.module for node in imports for alias in node.names}
    assert stubbed == {name: octopus._PLACES[name] for name in exported()}
    assert exported() <= set(dir(octopus))


def test_importing_octopus_imports_nothing_else() -> None:
    code = (
        "import octopus, sys; print([n for n in sys.modules if n.partition('.')[0] in ('octopus', 'pydantic', 'yaml')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "['octopus']"


def test_the_sdk_imports_no_data_library() -> None:
    heavy = "('pandas', 'mlflow', 'sklearn', 'numpy', 'IPython')"
    code = (
        f"import octopus, sys; octopus.Pipeline('x'); octopus.Client; print([n for n in {heavy} if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_the_package_says_that_it_is_typed() -> None:
    assert (PACKAGE / "py.typed").exists()


def test_everything_public_is_documented() -> None:
    undocumented = []
    for name in exported():
        thing = getattr(octopus, name)
        undocumented += [] if inspect.getdoc(thing) or issubclass(thing, Exception) else [name]
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            is_call = inspect.isfunction(value) or isinstance(value, (property, both, both_iterate, classmethod))
            if is_call and not member.startswith("_") and not inspect.getdoc(value):
                undocumented.append(f"{name}.{member}")
    assert undocumented == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_in_the_text_are_true(name: str) -> None:
    module = importlib.import_module(f"octopus.sdk.{name}")
    p = octopus.Pipeline("Iris")
    done = doctest.testmod(module, extraglobs={"octopus": octopus, "p": p})
    assert done.failed == 0


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Pipelin'"):
        octopus.Pipelin  # noqa: B018
