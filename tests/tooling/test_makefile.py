"""The Makefile as people and CI meet it."""

import os
import re
import stat
import subprocess
from pathlib import Path

import pytest

from scripts.paths import ROOT

PROMISED = {"run", "test", "check", "dev", "lint", "format", "types", "generate", "generate-check", "build", "clean"}


def outside_of_make() -> dict[str, str]:
    """The environment less what a `make` that runs these tests tells the ones below it."""
    return {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}


def make(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["make", *words], cwd=cwd, env=outside_of_make(), capture_output=True, text=True, timeout=60)


def targets() -> set[str]:
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert phony
    return set(phony[1].split())


def test_help_lists_every_target_with_what_it_does() -> None:
    listed = dict(re.findall(r"^  make (\S+) +(\S.*)$", make("help").stdout, re.MULTILINE))
    assert set(listed) == targets()
    assert PROMISED | {"help", "bench", "screenshot", "lock"} <= set(listed)


def test_make_alone_prints_the_help() -> None:
    assert make().stdout == make("help").stdout


def test_without_a_python_that_is_new_enough_one_sentence_says_so(tmp_path: Path) -> None:
    for name in ("python3", "python3.11", "python3.12", "python3.13", "python3.14", "python"):
        program = tmp_path / name
        program.write_text("#!/bin/sh\nexit 1\n")
        program.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    answer = subprocess.run(["make", "build"], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 2
    assert "octopus needs Python 3.11 or newer and found none" in answer.stderr
    assert len(answer.stderr.splitlines()) == 1


def test_the_tests_stop_first_where_there_is_no_browser() -> None:
    commands = make("--dry-run", "test", "PYTHON=python3").stdout
    assert commands.index("scripts.bootstrap browser") < commands.index("scripts.bootstrap build")


def test_pytest_runs_last_so_that_its_summary_closes_a_check() -> None:
    last = make("--dry-run", "check", "PYTHON=python3").stdout.splitlines()[-1]
    assert last.startswith("pytest ")


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "npm run lint", "mypy", "npm run types"])
def test_a_check_looks_at_both_halves(command: str) -> None:
    assert command in make("--dry-run", "check", "PYTHON=python3").stdout


@pytest.mark.parametrize("command", ["lint-imports", "npm run architecture", "scripts.generate --check", "npm test"])
def test_a_check_holds_the_structure_and_the_generated_files(command: str) -> None:
    assert command in make("--dry-run", "check", "PYTHON=python3").stdout


def test_ci_runs_the_check_and_then_looks_for_a_changed_tree() -> None:
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & stat.S_IXUSR
    text = script.read_text()
    assert text.index("make check") < text.index("git status --porcelain")
    subprocess.run(["bash", "-n", str(script)], check=True, timeout=10)
