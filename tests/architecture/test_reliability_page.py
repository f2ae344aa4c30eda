"""docs/reliability.md names tests as proof: they are there."""

import re

from scripts.paths import ROOT

PAGE = (ROOT / "docs" / "reliability.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
ROWS = re.findall(r"^\| ([CD]\d+) \|", PAGE, re.MULTILINE)


def test_every_test_that_is_named_exists() -> None:
    assert len(NAMED) > 40
    missing = [f"{path}::{name}" for path, name in NAMED if not is_there(path, name)]
    assert missing == []


def test_every_promise_and_every_row_has_a_test() -> None:
    promises = re.split(r"^\*\*G\d+\.", PAGE.partition("## Fault by fault")[0], flags=re.MULTILINE)[1:]
    assert len(promises) == 10
    assert all("*Proof:* `tests/" in promise for promise in promises)
    assert len(ROWS) == len(set(ROWS)) > 40


def is_there(path: str, name: str) -> bool:
    file = ROOT / path
    definition = rf"^\s*(?:async )?def {name}\("
    return file.is_file() and re.search(definition, file.read_text("utf-8"), re.MULTILINE) is not None
