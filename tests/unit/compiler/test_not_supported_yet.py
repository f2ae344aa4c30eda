"""What this version cannot do is refused by name, pinned to the field, and never ignored."""

from typing import Any

import pytest

from octopus.compiler.check import check
from octopus.domain.problem import Problem
from tests.support.drawings import CATALOG, MACHINE, Json, document, edge, step


def _problems(value: Json, **more: Any) -> list[Problem]:
    drawn = document([value, step("b", "pass_on")], [edge("a.data -> b.data")], **more)
    return list(check(drawn, CATALOG, MACHINE))


@pytest.mark.parametrize(
    ("resources", "field", "what"),
    [
        ({"gpus": 1}, "gpus", "requests for GPUs"),
        ({"memory_mb": 100}, "memory_mb", "limits on memory (`memory_mb`)"),
    ],
)
def test_requests_for_gpus_and_memory(resources: Json, field: str, what: str) -> None:
    (problem,) = _problems({**step("a", "source"), "policy": {"resources": resources}})
    assert (problem.code, problem.severity, problem.step_id) == ("not_supported_yet", "error", "a")
    assert problem.pointer == f"/steps/0/policy/resources/{field}"
    assert problem.message == f"This version of octopus does not support {what} yet."


def test_every_other_policy_is_welcome() -> None:
    policy = {"retries": 3, "retry_delay_s": 2, "timeout_s": 5, "on_failure": "continue", "reuse": False}
    assert _problems({**step("a", "source"), "policy": policy}, settings={"timeout_s": 60}) == []
