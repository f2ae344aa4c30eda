"""The lock files: complete, hashed, in step with what is asked for, and free of any registry's address."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts.lock import LOCKS
from scripts.paths import FRONTEND, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
GROUPS = PROJECT["dependency-groups"]
RUNTIME = PROJECT["project"]["dependencies"] + PROJECT["project"]["optional-dependencies"]["postgresql"]
ASKED = {
    "requirements.lock": RUNTIME + GROUPS["build"],
    "requirements-dev.lock": RUNTIME + GROUPS["build"] + GROUPS["test"] + GROUPS["quality"],
    "scripts/bootstrap/uv.txt": GROUPS["installer"],
    "scripts/bootstrap/node.txt": GROUPS["node"],
}


def entries(lock: str) -> Iterator[tuple[str, str, int]]:
    """(canonical name, version, number of hashes) of every package in a lock file."""
    text = (ROOT / lock).read_text()
    for block in re.split(r"\n(?=\S)", text):
        found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", block)
        if found:
            yield canonicalize_name(found[1]), found[2], block.count("--hash=sha256:")


def test_every_lock_file_is_tested() -> None:
    assert set(ASKED) == set(LOCKS)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_hashes(lock: str) -> None:
    assert [name for name, _, hashes in entries(lock) if hashes == 0] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_pyproject_asks_for(lock: str) -> None:
    versions: dict[str, set[str]] = {}
    for name, version, _ in entries(lock):
        versions.setdefault(name, set()).add(version)
    for wanted in map(Requirement, ASKED[lock]):
        found = versions.get(canonicalize_name(wanted.name), set())
        assert any(wanted.specifier.contains(version) for version in found), f"{wanted}: run `make lock`"


def test_tests_run_on_the_versions_that_users_get() -> None:
    runtime, development = ({(name, version) for name, version, _ in entries(lock)} for lock in list(LOCKS)[:2])
    assert runtime <= development


@pytest.mark.parametrize("lock", LOCKS)
def test_a_python_lock_names_no_address_and_no_path_of_a_machine(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert re.findall(r"[a-z+]+://|^-|--(?:extra-)?index|--find-links|--trusted-host", text, re.MULTILINE) == []
    assert re.findall(r"(?<![\w.-])/(?:home|root|tmp|opt|work|Users)\b", text) == []


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
        for part in value.values():
            yield from _keys(part)


def test_the_javascript_lock_says_nowhere_where_a_package_came_from() -> None:
    lock = json.loads((FRONTEND / "package-lock.json").read_text())
    assert "resolved" not in set(_keys(lock["packages"]))


def test_every_javascript_package_is_locked_with_its_digest() -> None:
    packages = json.loads((FRONTEND / "package-lock.json").read_text())["packages"]
    unhashed = [name for name, entry in packages.items() if name and "integrity" not in entry and not entry.get("link")]
    assert unhashed == []


def test_npm_writes_no_address_into_the_lock() -> None:
    assert "omit-lockfile-registry-resolved=true" in (FRONTEND / ".npmrc").read_text().split()


def test_the_lock_files_are_in_the_checkout() -> None:
    assert [lock for lock in [*LOCKS, "frontend/package-lock.json"] if not Path(ROOT, lock).is_file()] == []
