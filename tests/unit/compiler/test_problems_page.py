"""docs/problems.md explains every code there is, and none that there is not."""

import re
from pathlib import Path

from octopus.compiler.checks import CHECKS
from octopus.domain.problem import FaultCode, ProblemCode, RequestCode

PAGE = Path(__file__).parents[3] / "docs" / "problems.md"
_ROW = re.compile(r"^\| `(\w+)` \| (\S.*) \| (\S.*) \|$", re.MULTILINE)


def _codes(heading: str) -> list[str]:
    text = PAGE.read_text(encoding="utf-8")
    section = text.split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]
    return [row.group(1) for row in _ROW.finditer(section)]


def test_every_problem_is_explained_once() -> None:
    assert sorted(_codes("Problems")) == sorted(ProblemCode)


def test_every_problem_of_a_request_is_explained_once() -> None:
    assert sorted(_codes("Problems of a request")) == sorted(RequestCode)


def test_every_structural_fault_is_explained_once() -> None:
    assert sorted(_codes("Structural faults")) == sorted(FaultCode)


def test_every_problem_has_a_rule_of_its_name() -> None:
    assert sorted(rule.__name__ for rule in CHECKS) == sorted(ProblemCode)


def test_every_rule_is_in_a_module_of_its_name() -> None:
    assert [rule.__module__ for rule in CHECKS] == [f"octopus.compiler.checks.{rule.__name__}" for rule in CHECKS]
