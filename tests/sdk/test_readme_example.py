"""The pipeline of the README is a pipeline: what the README builds can be run."""

import re
from pathlib import Path
from typing import Any

README = Path(__file__).parents[2] / "README.md"


def test_what_the_readme_builds_has_no_problems() -> None:
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    source = next(block for block in blocks if "octopus.Pipeline(" in block)
    names: dict[str, Any] = {}
    exec(compile(source.partition("run = p.run()")[0], str(README), "exec"), names)
    pipeline = names["p"]
    assert [step.id for step in pipeline.document.steps] == ["ingest", "split", "train", "evaluate"]
    assert pipeline.validate() == ()
