"""The guides about flows: all that stands in them in Python runs, from the first block of a page to the last."""

import re
from pathlib import Path
from typing import Any

import pytest

from octopus.flow import FlowEditor, FlowExecutor
from scripts.paths import ROOT

GUIDES = ROOT / "docs/guides"


def run_guide(path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a page's blocks have defined; what they hand to `serve` stands under `served`."""
    import octopus.flow

    names: dict[str, Any] = {"__name__": "__main__"}

    def serve(editor: FlowEditor, executor: FlowExecutor, **options: Any) -> None:
        names["served"] = (editor, executor, options)

    monkeypatch.setattr(octopus.flow, "serve", serve, raising=False)
    for block in re.findall(r"```python\n(.*?)```", path.read_text(), re.DOTALL):
        exec(compile(block, path.name, "exec"), names)
    return names


def test_the_guide_to_a_training_pipeline_trains_until_it_passes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    names = run_guide(GUIDES / "ml-training-pipeline.md", monkeypatch)
    assert capsys.readouterr().out.startswith("success 0.9")
    editor, executor, options = names["served"]
    run = executor.start(options["context"], drawing=editor.drawing())
    assert run.wait(60)
    assert run.status == "success"


def test_the_guide_to_python_execution_measures_every_node(monkeypatch: pytest.MonkeyPatch) -> None:
    names = run_guide(GUIDES / "python-execution.md", monkeypatch)
    editor, executor, _ = names["served"]
    run = executor.start(drawing=editor.drawing())
    assert run.wait(60)
    assert run.results["save"] == {"saved": 500}
    metrics = next(one for one in executor.callbacks if isinstance(one, names["MetricsCallback"])).metrics
    assert set(metrics) == {"load", "process", "save"}


@pytest.mark.parametrize(
    "name", ["docs/guides/ml-training-pipeline.md", "docs/guides/python-execution.md", "examples/README.md"]
)
def test_links_lead_somewhere(name: str) -> None:
    path = ROOT / name
    for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text()):
        assert (path.parent / target).exists(), target
