"""The code of the guides runs as it stands there, in order; what the pages claim of names is so."""

import re
from pathlib import Path
from typing import Any

import pytest

from octopus import Client
from octopus.sdk.recipes import ABSENT, PORTS
from octopus.sdk.servers import DATA_DIR_VARIABLE, SERVER_VARIABLE, TOKEN_VARIABLE
from scripts.paths import ROOT
from tests.fakes.instant_backend import Act
from tests.sdk.conftest import TABLE, Place
from tests.support.server import TOKEN, ServerProcess

GUIDES = ROOT / "docs" / "guides"
PYTHON = (GUIDES / "python.md").read_text("utf-8")
AT_A_SERVER = "## At a server"


def blocks(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def executed(code: list[str], names: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Each from a file of its own: what a function's source is looked up in."""
    for number, block in enumerate(code):
        file = folder / f"block_{number}.py"
        file.write_text(block, "utf-8")
        exec(compile(block, str(file), "exec"), names)
    return names


def test_the_guide_s_program_runs(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(place.data_dir))
    place.acts["split"] = Act(outputs={f"{port}.csv": TABLE["data.csv"] for port in ("train", "test")})
    place.acts["evaluate"] = Act(outputs={"pass": "", "_metrics.json": '{"accuracy": 0.9}'})
    before, after = PYTHON.split(AT_A_SERVER)
    with_async = after.split("## With async")[1]
    names = executed([*blocks(before), *blocks(with_async)], {"__name__": "guide"}, tmp_path)
    assert names["problems"] == ()
    assert names["run"].status() == "succeeded"
    assert names["table"].shape == (2, 2)
    assert (tmp_path / "iris.yaml").is_file()


def test_a_saved_pipeline_is_changed_as_the_guide_says(
    server: ServerProcess, loading: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SERVER_VARIABLE, server.url)
    monkeypatch.setenv(TOKEN_VARIABLE, TOKEN)
    _, second = blocks(PYTHON.split(AT_A_SERVER)[1].split("## With async")[0])
    loading.name = "Iris"
    loading.step("train", train=loading["split"]["train"])
    with Client() as client:
        saved = client.create_pipeline(loading)
    executed([f"import octopus\n{second}"], {"__name__": "guide"}, tmp_path)
    with Client() as client:
        record = client.get_pipeline(saved.id)
        assert record.document.steps[2].params == {"algorithm": "tree"}
        client.delete_pipeline(saved.id, version=record.version)


def test_every_name_of_recipes_is_explained() -> None:
    page = (GUIDES / "coming-from.md").read_text("utf-8")
    assert [name for name in (*PORTS, *ABSENT) if f"`{name}`" not in page and name != "transformed_test_data"] == []


@pytest.mark.parametrize("page", sorted(GUIDES.glob("*.md")), ids=lambda page: page.name)
def test_every_link_of_a_guide_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    local = [link for link in links if "://" not in link]
    assert [link for link in local if not (page.parent / link).exists()] == []
