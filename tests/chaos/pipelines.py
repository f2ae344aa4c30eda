"""The pipelines that run during the chaos: shapes with chains, parallel branches and joins, each step a ticker."""

from pathlib import Path
from random import Random
from typing import Any, Literal, get_args

import httpx

PROJECT = Path(__file__).parent / "project"
Language = Literal["python", "shell"]
"""What a ticker is written in. On the warm backend one in Python is a fork; for one in shell there is a bash."""


def register_project(client: httpx.Client) -> None:
    """Make the step type known to the server; harmless if it is."""
    answer = client.post("/api/projects", json={"path": str(PROJECT)}, params={"replace": "true"})
    assert answer.status_code in (200, 201), answer.text


def ticker(
    step_id: str,
    lines: int,
    *,
    retries: int = 0,
    pause_s: float = 0.02,
    gate: Path | None = None,
    language: Language = "python",
    backend: str | None = None,
) -> dict[str, Any]:
    """A step that prints `lines` numbered lines and is never reused. `gate`: a file; until there is one, the last line
    is not printed. `backend` None: whichever the server takes."""
    return {
        "id": step_id,
        "type": f"chaos/{language}_ticker",
        "params": {"lines": lines, "pause_s": pause_s, "gate": "" if gate is None else str(gate)},
        "policy": {"retries": retries, "retry_delay_s": 0.2, "reuse": False, "backend": backend},
    }


def pipeline(name: str, steps: list[dict[str, Any]], wires: list[tuple[str, str]]) -> dict[str, Any]:
    """A document; `wires`: (source, target), each from `done` to `before`."""
    edges = [
        {"source": source, "source_port": "done", "target": target, "target_port": "before"} for source, target in wires
    ]
    return {"schema_version": 1, "name": name, "steps": steps, "edges": edges}


def random_pipeline(random: Random) -> dict[str, Any]:
    """One to three steps in one language: alone, in a chain, or two that join."""
    language = random.choice(get_args(Language))
    lines = random.choice((50, 400, 3000))
    retries = random.choice((0, 2, 4))
    shape = random.choice(("one", "chain", "join"))
    if shape == "one":
        return pipeline("Chaos one", [ticker("a", lines, retries=retries, language=language)], [])
    if shape == "chain":
        steps = [ticker(name, lines, retries=retries, language=language) for name in ("a", "b")]
        return pipeline("Chaos chain", steps, [("a", "b")])
    steps = [ticker(name, lines, retries=retries, language=language) for name in ("a", "b", "c")]
    return pipeline("Chaos join", steps, [("a", "c"), ("b", "c")])
