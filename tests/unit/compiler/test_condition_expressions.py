"""What is no expression is refused before anything runs: with a sentence, at once, also with references in it."""

import pytest

from octopus.catalog.catalog import built_in_catalog
from octopus.compiler.check import check
from octopus.compiler.machine_size import MachineSize
from octopus.compiler.parse import parse
from octopus.domain.problem import Problem

CATALOG = built_in_catalog()
METRIC = "${steps.load.metrics.rows}"
HANG_LIMIT_S = 60
"""Thousands of times what the slowest takes: only a reader that goes back and forth in the text gets there."""


def problems(expression: str) -> tuple[Problem, ...]:
    document = {
        "schema_version": 1,
        "name": "Decide",
        "parameters": {"limit": {"type": "float", "default": 0.9}, "stage": {"type": "string", "default": "test"}},
        "steps": [
            {"id": "load", "type": "ingest"},
            {"id": "decide", "type": "condition", "params": {"expression": expression}},
        ],
        "edges": [{"source": "load", "source_port": "data", "target": "decide", "target_port": "value"}],
    }
    return check(parse(document), CATALOG, MachineSize(cpus=2))


@pytest.mark.parametrize(
    "expression",
    [
        f"{METRIC} >= ${{params.limit}} and not (1e-3 > 2)",
        '"${params.stage}" == "Ünïcode" or true',
        '${steps.load.metrics["a/b"]} * 2 / -3 != .5',
    ],
)
def test_an_expression_over_references_has_no_problem(expression: str) -> None:
    assert problems(expression) == ()


@pytest.mark.parametrize(
    "expression",
    [
        '__import__("os").system("id")',
        f"__import__ < {METRIC}",
        "f(1)",
        "a.__class__",
        "9 ** 9 ** 9",
        f"{METRIC} ** 9",
        "true if true else false",
        "[1]",
        "1; 2",
        "pаss == 1",  # a Cyrillic letter
        "${params.limit} > x",
        '"half',
    ],
)
def test_anything_else_is_refused_in_words(expression: str) -> None:
    (problem,) = problems(expression)
    assert problem.code == "invalid_parameter"
    assert problem.message.startswith("`expression` is not valid. It may hold numbers, quoted text, true, false")
    assert problem.pointer == "/steps/1/params/expression"


@pytest.mark.timeout(HANG_LIMIT_S)
@pytest.mark.parametrize("text", ["9" * 10_000, "1e" * 5_000, "(" * 10_000, "* " * 5_000, '"a" ' * 2_500 + "x"])
def test_endless_text_is_refused_and_hangs_nobody(text: str) -> None:
    assert problems(text)
