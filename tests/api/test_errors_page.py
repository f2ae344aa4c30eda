"""docs/errors.md explains every code that an error can carry, and none that there is not."""

import re
from pathlib import Path

import octopus
from octopus.cli import exit_codes

PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text("utf-8")
SOURCES = Path(octopus.__file__).parent
ELSEWHERE = ("compiler", "steps", "cli", "catalog")
"""Their codes are problems of documents and projects, which docs/problems.md explains."""
_IN_A_CLASS = re.compile(r'(?:status, code, title(?:, retry_after_s)? = \d+|\bcode =|_MISSING =) ?,? ?"([a-z_]+)"')
_IN_A_CALL = re.compile(r'\bcode="([a-z_]+)"')


def raised() -> set[str]:
    found = {"internal_error"}
    for source in SOURCES.rglob("*.py"):
        if source.relative_to(SOURCES).parts[0] not in ELSEWHERE:
            text = source.read_text("utf-8")
            found.update(_IN_A_CLASS.findall(text))
            found.update(_IN_A_CALL.findall(text))
    return found - {"backup_refused", "missing_field"}


def explained() -> set[str]:
    rows = [line.split("|") for line in PAGE.splitlines() if re.match(r"\| \d", line)]
    return {code for row in rows for code in re.findall(r"`([a-z_]+)`", row[2])}


def test_every_code_is_explained_and_no_other() -> None:
    assert explained() == raised()


def test_the_exit_codes_are_those_of_the_terminal() -> None:
    codes = {int(row) for row in re.findall(r"^\| (\d) \|", PAGE, re.MULTILINE)}
    assert codes == {exit_codes.USAGE, exit_codes.DATA_DIRECTORY, exit_codes.DATABASE, exit_codes.BACKUP}
