"""The import contracts of pyproject.toml hold, and each notices the violation it is there for."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from scripts.paths import PACKAGE, ROOT

CONTRACTS = {
    contract["id"]: contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}

VIOLATIONS = {
    "up": ("layers", "domain/planted.py", "import octopus.engine"),
    "from the core to the shell": ("layers", "engine/planted.py", "import octopus.store"),
    "between siblings of the shell": ("layers", "store/planted.py", "import octopus.stream"),
    "between the two doors": ("layers", "cli/planted.py", "import octopus.api"),
    "inside a function": ("layers", "compiler/planted.py", "def later():\n    import octopus.execution\n"),
    "for types only": (
        "layers",
        "catalog/planted.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import octopus.compiler\n",
    ),
    "a package that is in no layer": ("layers", "planted/__init__.py", ""),
    "one feature into another": (
        "features",
        ("features/planted_a/__init__.py", "features/planted_b/__init__.py"),
        "import octopus.features.planted_b",
    ),
    "a step into the server": ("steps-alone", "steps/library/planted.py", "import octopus.domain"),
    "the server into a step": ("server-without-steps", "catalog/planted.py", "import octopus.steps"),
    "MLflow in the server": ("light-server", "execution/planted.py", "import mlflow"),
    "pandas in the server": ("light-server", "api/planted.py", "from pandas import DataFrame"),
    "the worker in the server": ("worker-apart", "tracking/planted.py", "import octopus.tracking.worker.main"),
    "the warm backend in the server": ("worker-apart", "api/planted.py", "import octopus.warm.main"),
    "a clock in the engine": ("pure-core", "engine/planted.py", "import time"),
    "a process in the compiler": ("pure-core", "compiler/planted.py", "import subprocess"),
}


def lint(backend: Path) -> subprocess.CompletedProcess[str]:
    """Runs import-linter over the package below `backend`, not over the installed one."""
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [str(program), "--config", str(ROOT / "pyproject.toml"), "--no-cache", "--no-logo"],
        cwd=backend,
        env={**os.environ, "PYTHONPATH": str(backend)},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def copied_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    backend = tmp_path_factory.mktemp("backend")
    shutil.copytree(PACKAGE, backend / "octopus", ignore=shutil.ignore_patterns("__pycache__", "web"))
    return backend


def test_all_contracts_hold() -> None:
    answer = lint(PACKAGE.parent)
    assert answer.returncode == 0, answer.stdout
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in answer.stdout


def test_the_contracts_look_at_the_whole_package(copied_package: Path) -> None:
    analyzed = re.search(r"Analyzed (\d+) files", lint(copied_package).stdout)
    assert analyzed
    assert int(analyzed[1]) >= len(list(copied_package.rglob("*.py")))


def test_every_contract_has_a_planted_violation() -> None:
    assert {contract for contract, _, _ in VIOLATIONS.values()} == set(CONTRACTS)


@pytest.mark.parametrize("violation", VIOLATIONS)
def test_a_planted_violation_is_caught(copied_package: Path, violation: str) -> None:
    contract, where, code = VIOLATIONS[violation]
    planted = [copied_package / "octopus" / path for path in ([where] if isinstance(where, str) else where)]
    made = [folder for file in planted for folder in [file.parent] if not folder.exists()]
    for file in planted:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("")
    planted[0].write_text(code)
    try:
        answer = lint(copied_package)
    finally:
        for file in planted:
            file.unlink()
        for folder in made:
            folder.rmdir()
    assert answer.returncode == 1
    assert re.search(rf"^{re.escape(CONTRACTS[contract])} BROKEN\b", answer.stdout, re.MULTILINE), answer.stdout
