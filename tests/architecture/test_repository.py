"""What every file of the repository keeps to, whatever it is about."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from scripts.paths import ROOT

LARGEST = 400
"""Lines. A file that grows past this has become two things."""

GENERATED = {"frontend/src/api/schema.d.ts"}
SOURCES = (".py", ".ts", ".tsx", ".css", ".mjs", ".cjs")
NAMELESS = {"utils", "util", "helpers", "helper", "manager", "misc", "common"}

# Put together here so that this file does not name them itself.
W, S = "work", "shared"
PYTHON_REGISTRY, JAVASCRIPT_REGISTRY, SYSTEM_REGISTRY = "pypi", "npmjs", "debian"
PLACES = (
    rf"(?<![\w.-])/{W}/",
    rf"(?:^|[\s\"'`(=])(?:\.\./)*{S}/",
    rf"(?<![\w.-])/{'root'}/",
)
ADDRESSES = (
    rf"\b{PYTHON_REGISTRY}\.org|files\.{'python'}hosted\.org",
    rf"registry\.{JAVASCRIPT_REGISTRY}\.(?:org|com)",
    rf"\b(?:deb|snapshot|security)\.{SYSTEM_REGISTRY}\.org",
)
UNFINISHED = rf"\b(?:{'TO'}DO|{'FIX'}ME|{'XX'}X)\b|\bNot{'Implemented'}Error\b|coming {'soon'}"
ISSUE_NUMBER = r"(?i)\bissue\s*#?\s*\d+\b"


def files() -> list[str]:
    """Paths of all files in git, and of those that are about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=30,
    )
    return [path for path in listed.stdout.decode().split("\0") if path and (ROOT / path).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    for path in files():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            yield path, content.decode("utf-8")


def lines_with(pattern: str, but_in: tuple[str, ...] = ()) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts()
        if path not in but_in
        for number, line in enumerate(text.splitlines(), start=1)
        if wanted.search(line)
    ]


@pytest.mark.parametrize("pattern", PLACES)
def test_no_file_names_a_place_of_the_machine_it_was_written_on(pattern: str) -> None:
    assert lines_with(pattern) == []


@pytest.mark.parametrize("pattern", ADDRESSES)
def test_no_file_names_a_package_registry(pattern: str) -> None:
    assert lines_with(pattern) == []


def test_nothing_is_unfinished() -> None:
    assert lines_with(UNFINISHED) == []


def test_no_file_speaks_of_an_issue_by_its_number() -> None:
    assert lines_with(ISSUE_NUMBER) == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    names = {path: path.rsplit("/", 1)[-1].split(".")[0].lower() for path in files()}
    assert [path for path, name in names.items() if name in NAMELESS] == []


def test_no_source_file_is_more_than_one_thing() -> None:
    lengths = {path: len(text.splitlines()) for path, text in texts() if path.endswith(SOURCES)}
    assert {path: count for path, count in lengths.items() if count > LARGEST and path not in GENERATED} == {}


def test_every_python_module_of_the_package_says_what_it_is() -> None:
    modules = [(path, text) for path, text in texts() if path.startswith("backend/") and path.endswith(".py")]
    assert [path for path, text in modules if text.strip() and not text.lstrip().startswith(('"""', 'r"""'))] == []


def test_no_large_file_is_in_the_repository() -> None:
    limit_bytes = 1_500_000
    assert [path for path in files() if (ROOT / path).stat().st_size > limit_bytes] == []


def test_every_text_ends_with_a_newline_and_has_unix_line_ends() -> None:
    assert [path for path, text in texts() if text and (not text.endswith("\n") or "\r\n" in text)] == []
