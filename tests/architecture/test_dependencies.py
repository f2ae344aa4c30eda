"""Every package that the code imports is one that pyproject.toml asks for: none comes along by luck."""

import ast
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.paths import PACKAGE, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = PROJECT["project"]["dependencies"]
TEST = PROJECT["dependency-groups"]["test"]
FOUND_BY_OTHERS = {"fastapi-offline", "httptools", "openpyxl", "python-multipart", "websockets"}
"""Used by uvicorn, pandas and fastapi when they are there, or read as files; no code of ours imports them."""

OWN = {"octopus", "scripts", "tests", "benchmarks"}
A_PROJECT = ROOT / "tests" / "contract" / "equality" / "project"
"""Its scripts import one another, and what the tests put beside them."""
COME_ALONG = {
    "airflow": "an exported DAG imports it, where Airflow runs; never octopus itself",
    "click": "mlflow's command line is made of it, which a forked step leaves",
    "cloudpickle": "mlflow saves models with it",
    "joblib": "scikit-learn runs and stores models with it",
    "kfp": "a program of `make peers` imports it, in an environment of its own",
    "numpy": "pandas and scikit-learn are built on it and speak in its arrays",
    "packaging": "pytest and hatchling are built on it; the tests of the lock files read requirements with it",
    "pydantic-core": "pydantic is built on it and raises its errors",
    "referencing": "jsonschema takes its registries",
    "sqlalchemy": "sqlmodel is built on it and passes its classes on",
    "threadpoolctl": "scikit-learn counts its threads with it",
    "starlette": "fastapi is built on it and passes its classes on",
}


def asked_for(*lists: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for requirements in lists for line in requirements}


def imported(folder: Path) -> dict[str, str]:
    """Top-level names imported anywhere below `folder`, each with one file that does."""
    found: dict[str, str] = {}
    for path in (path for path in folder.rglob("*.py") if A_PROJECT not in path.parents):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                found.setdefault(name.split(".")[0], str(path.relative_to(ROOT)))
    return found


def foreign(folder: Path) -> dict[str, set[str]]:
    """Foreign top-level names imported below `folder`, each with the distributions that may bring it."""
    distributions = packages_distributions()
    return {
        f"{name} ({where})": {canonicalize_name(found) for found in distributions.get(name, [name])}
        for name, where in imported(folder).items()
        if name not in OWN and name not in sys.stdlib_module_names
    }


def not_among(names: dict[str, set[str]], asked: set[str]) -> list[str]:
    return [name for name, distributions in names.items() if not distributions & (asked | COME_ALONG.keys())]


def test_the_package_imports_only_what_it_asks_for() -> None:
    assert not_among(foreign(PACKAGE), asked_for(RUNTIME)) == []


def test_the_tests_import_only_what_they_ask_for() -> None:
    assert not_among(foreign(ROOT / "tests"), asked_for(RUNTIME, TEST)) == []


def test_what_make_runs_first_needs_nothing_installed() -> None:
    assert foreign(ROOT / "scripts" / "bootstrap") == {}


def test_nothing_is_asked_for_without_being_used() -> None:
    used = set().union(*foreign(PACKAGE).values())
    assert asked_for(RUNTIME) - used - FOUND_BY_OTHERS == set()
