"""`make build` does only what has changed. Real stages in a copied checkout; the programs they start are played."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts.paths import ROOT

PLAYED = Path(__file__).parent / "played_programs.py"


class Checkout:
    """A small checkout in which installers only say that they were called, and leave what they would have left."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(ROOT / "scripts", root / "scripts", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "requirements.lock", "requirements-dev.lock"):
            shutil.copy(ROOT / name, root / name)
        for path, content in {
            "backend/octopus/__init__.py": "__version__ = '0'",
            "frontend/package.json": "{}",
            "frontend/package-lock.json": "{}",
            "frontend/.npmrc": "",
            "frontend/index.html": "<title>octopus</title>",
            "frontend/vite.config.ts": "",
            "frontend/src/main.tsx": "1",
        }.items():
            self.write(path, content)

    def write(self, path: str, content: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(content)

    def make(self, command: str = "build", fail: str = "") -> list[str]:
        """The programs that `command` started, as short names; `fail` is the one that fails."""
        answer = self.outcome(command, fail)
        assert answer.returncode == 0 or fail, answer.stderr
        return list(json.loads(answer.stdout.splitlines()[-1]))

    def outcome(self, command: str, fail: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, str(PLAYED), command, fail], cwd=self.root, capture_output=True, text=True, timeout=60
        )


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


FIRST = ["venv", "uv", "requirements.lock", "octopus", "npm ci", "npm run build"]


def test_a_bare_checkout_gets_everything_in_order(checkout: Checkout) -> None:
    assert checkout.make() == FIRST


def test_the_second_time_starts_no_installer_and_no_build(checkout: Checkout) -> None:
    checkout.make()
    assert checkout.make() == []


def test_tools_after_build_add_only_the_development_packages(checkout: Checkout) -> None:
    checkout.make()
    assert checkout.make("tools") == ["requirements-dev.lock"]
    assert checkout.make() == []


@pytest.mark.parametrize(
    ("path", "again"),
    [
        ("frontend/src/main.tsx", ["npm run build"]),
        ("frontend/src/new.ts", ["npm run build"]),
        ("frontend/package-lock.json", ["npm ci", "npm run build"]),
        ("requirements.lock", ["requirements.lock"]),
        ("pyproject.toml", ["octopus"]),
        ("backend/octopus/other.py", []),
    ],
)
def test_a_change_is_followed_by_what_depends_on_it_and_nothing_else(
    checkout: Checkout, path: str, again: list[str]
) -> None:
    checkout.make()
    checkout.write(path, "changed")
    assert checkout.make() == again


def test_a_touched_file_asks_for_nothing(checkout: Checkout) -> None:
    checkout.make()
    (checkout.root / "frontend/src/main.tsx").touch()
    assert checkout.make() == []


def test_a_renamed_source_file_asks_for_a_build(checkout: Checkout) -> None:
    checkout.make()
    (checkout.root / "frontend/src/main.tsx").rename(checkout.root / "frontend/src/index.tsx")
    assert checkout.make() == ["npm run build"]


@pytest.mark.parametrize(
    ("lost", "again"),
    [
        ("backend/octopus/web/index.html", ["npm run build"]),
        ("frontend/node_modules/.package-lock.json", ["npm ci"]),
        (".venv/bin/mlflow", ["requirements.lock"]),
        (".venv/bin/python", FIRST),
    ],
)
def test_what_was_deleted_is_made_again(checkout: Checkout, lost: str, again: list[str]) -> None:
    checkout.make()
    (checkout.root / lost).unlink()
    assert checkout.make() == again


def test_a_build_that_failed_is_done_again(checkout: Checkout) -> None:
    assert checkout.make(fail="npm run build") == FIRST
    assert checkout.make() == ["npm run build"]


def test_a_moved_checkout_is_installed_anew_because_its_scripts_name_the_old_place(
    checkout: Checkout, tmp_path: Path
) -> None:
    checkout.make()
    checkout.root = checkout.root.rename(tmp_path / "elsewhere")
    assert checkout.make() == FIRST


def _remove_node(checkout: Checkout) -> None:
    checkout.write("node-version", "none")


def _old_node(checkout: Checkout) -> None:
    checkout.write("node-version", "v18.20.4")


@pytest.mark.parametrize(("machine", "says"), [(_remove_node, "none was found"), (_old_node, "v18.20.4")])
def test_without_a_usable_node_it_comes_from_pythons_registry(
    checkout: Checkout, machine: Callable[[Checkout], None], says: str
) -> None:
    machine(checkout)
    answer = checkout.outcome("build")
    assert json.loads(answer.stdout.splitlines()[-1]) == [*FIRST[:4], "node.txt", "npm ci", "npm run build"]
    assert says in answer.stderr
    assert checkout.make() == []


def test_an_installer_that_fails_is_one_sentence_and_no_traceback(checkout: Checkout) -> None:
    answer = checkout.outcome("build", "requirements.lock")
    assert answer.returncode == 2
    assert answer.stderr.splitlines()[-1].startswith(
        "octopus: Python packages could not be installed: the package regis"
    )
    assert "Traceback" not in answer.stderr


def test_a_python_without_its_venv_module_is_one_sentence_that_names_the_package(checkout: Checkout) -> None:
    answer = checkout.outcome("build", "ensurepip")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert answer.returncode == 2
    assert f"apt-get install python{version}-venv" in answer.stderr.splitlines()[-1]
