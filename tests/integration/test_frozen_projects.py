"""A user's project under a run, with genuine `mlflow run` processes: editing it meanwhile changes nothing, the server
may go away and come back, an unchanged one is reused, a changed one is not; and MLflow knows what was run."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from octopus.catalog.catalog import Catalog
from octopus.compiler.plan import Plan
from octopus.domain.run import RunState
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.step_code import StepCodes
from tests.support.drawings import drawing, port, step
from tests.support.engine_room import EngineRoom, real_engine_room, step_of
from tests.support.mlflow_store import MlflowStore
from tests.support.projects import make_project, project_entry

pytestmark = [pytest.mark.anyio, pytest.mark.mlflow, pytest.mark.timeout(600)]

READ = """
import os, pathlib, sys, time
print("ready", flush=True)
go = pathlib.Path(sys.argv[1])
while not go.exists():
    time.sleep(0.05)
text = pathlib.Path("words.txt").read_text()
print("words", text, flush=True)
(pathlib.Path(os.environ["OCTOPUS_OUTPUTS"]) / "data.txt").write_text(text)
"""


def git(folder: Path, *arguments: str) -> str:
    author = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    answer = subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return answer.stdout.strip()


def committed_project(folder: Path) -> tuple[Path, str]:
    """The project and its commit."""
    project = make_project(
        folder, {"read": "python read.py {go}"}, {"read": ["go"]}, read__py=READ, words__txt="the old words"
    )
    git(project, "init", "-q")
    git(project, "add", ".")
    git(project, "commit", "-q", "-m", "first")
    return project, git(project, "rev-parse", "HEAD")


def catalog_of(project: Path) -> Catalog:
    entry = project_entry(project, "read", outputs=[port("data", "file")], params=("go",))
    place = entry.entry_point.model_copy(update={"is_foreign": True, "command": "python read.py {go}"})
    return Catalog([entry.model_copy(update={"entry_point": place})])


async def planned(room: EngineRoom, go: Path) -> Plan:
    plan = room.plan(drawing([step("read", "read", go=str(go))], name="Frozen"))
    return await StepCodes().of(plan)


async def run(room: EngineRoom, go: Path) -> RunState:
    plan = await planned(room, go)
    record, _ = await room.runs.start(plan.document, plan)
    return await room.over(record.id)


async def test_a_run_keeps_the_code_it_began_with_and_mlflow_knows_which(tmp_path: Path) -> None:
    project, commit = await asyncio.to_thread(committed_project, tmp_path / "project")
    words, go = project / "words.txt", tmp_path / "go"
    async with real_engine_room(tmp_path / "room", catalog_of(project)) as room:
        plan = await planned(room, go)
        record, _ = await room.runs.start(plan.document, plan, profile="prod")
        await room.until_printed(record.id, "read", "ready")
        await asyncio.to_thread(words.write_text, "the new words")
        await room.stop(crash=True)
        room.backend = ColdBackend(room.settings.bin_dir)
        room.runs = room.another_server()
        await room.runs.open()
        await asyncio.to_thread(go.touch)
        first = await room.over(record.id)
        assert first.status == "succeeded", first
        await check_what_was_run(room, first, commit)

        changed = await room.runs.foresee(await planned(room, go), "name:Frozen")
        assert changed["read"].changed == ("code",)
        await asyncio.to_thread(words.write_text, "the old words")
        again = await run(room, go)
        assert [view.status for view in again.steps] == ["reused"]
        assert [run.status for run in MlflowStore(room.folder / "mlflow.db").runs()] == ["FINISHED"] * 3


async def check_what_was_run(room: EngineRoom, state: RunState, commit: str) -> None:
    assert "words the old words" in [line.text for line in room.lines(state.id, "read")]
    parent, child = MlflowStore(room.folder / "mlflow.db").runs()
    assert child.tags["mlflow.source.git.commit"] == commit
    assert parent.tags["octopus.profile"] == "prod"
    document, plan = [
        read_json(await room.tracking.fetch_artifact(parent.run_id, f"octopus/{name}.json"))
        for name in ("document", "plan")
    ]
    assert document["name"] == "Frozen"
    assert plan["plan"]["steps"][0]["code"]["revision"] == commit
    assert step_of(state, "read").mlflow_run_id == child.run_id


def read_json(path: str) -> Any:
    return json.loads(Path(path).read_text("utf-8"))
