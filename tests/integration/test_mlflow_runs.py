"""Pipelines of real `mlflow run` processes: what arrives at a step, what MLflow shows afterwards, and that every way in
which a step can end is told as it was. Each run here costs seconds, so that each asserts much."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from octopus.catalog.catalog import Catalog, built_in_catalog
from octopus.domain.event import StepProgress
from octopus.execution.backends.process_tree import marked_processes
from octopus.tracking.client import TrackingClient
from tests.support.drawings import drawing, edge, port, step
from tests.support.engine_room import EngineRoom, real_engine_room, step_of
from tests.support.mlflow_store import MlflowStore, StoredRun
from tests.support.projects import make_project, project_entry

pytestmark = [pytest.mark.anyio, pytest.mark.mlflow, pytest.mark.timeout(600)]

HOSTILE = {
    "quotes": 'it\'s "quoted" `here`',
    "command": "$(id); rm -rf / & echo $HOME | cat > x",
    "lines": "one\ntwo\n\ttab",
    "emoji": "🐙 ä 漢字",
    "dashes": "--flag=-x",
    "equals": "a=b=c",
    "empty": "",
    "nested": {"a": [1, None, "x y"]},
    "number": 0.1,
    "nothing": None,
}

SHOW = """
import json, os, pathlib, sys
print("args", json.dumps(sys.argv[1:]), flush=True)
out = pathlib.Path(os.environ["OCTOPUS_OUTPUTS"])
with open(os.environ["OCTOPUS_EVENTS"], "a") as events:
    events.write(json.dumps({"kind": "progress", "fraction": 0.5, "message": "half way"}) + "\\n")
(out / "data.csv").write_text("a,b\\n1,2\\n")
(out / "_metrics.json").write_text(json.dumps({"rows": 1, "odd": "NaN"}))
(out / "_environment.json").write_text(json.dumps(dict(os.environ)))
"""

READ = """
import pathlib, sys
for argument in sys.argv[1:]:
    print(argument.partition("=")[0], pathlib.Path(argument.partition("=")[2]).read_text())
"""

IGNORE = """
import os, signal, time
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
print("ready", flush=True)
time.sleep(600)
"""


def catalog(folder: Path) -> Catalog:
    project = make_project(
        folder / "pro ject",
        {
            "show": "python show.py " + " ".join(f"--{name}={{{name}}}" for name in HOSTILE),
            "read": "python read.py data={data} nothing={nothing}",
            "fail": "echo trying && python -c \"import sys; print('no such column', file=sys.stderr); sys.exit(3)\"",
            "missing": "nosuchcommand --now",
            "wait": "echo ready && sleep 600",
            "ignore": "python ignore.py",
        },
        {"show": list(HOSTILE), "read": ["data", "nothing"]},
        show__py=SHOW,
        read__py=READ,
        ignore__py=IGNORE,
    )
    broken = make_project(folder / "broken", {})
    (broken / "MLproject").write_text("name: q\nentry_points:\n  main: [broken: {\n")
    data = port("data")
    return Catalog(
        [
            project_entry(project, "show", outputs=[data, port("signal", "any")], params=tuple(HOSTILE)),
            project_entry(project, "read", inputs=[data, port("nothing", "any", required=False)]),
            *(project_entry(project, name) for name in ("fail", "missing", "wait", "ignore")),
            project_entry(project, "undeclared"),
            project_entry(broken, "broken"),
            *built_in_catalog().all(),
        ]
    )


@pytest.fixture(scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EngineRoom]:
    folder = tmp_path_factory.mktemp("engine room")
    async with real_engine_room(folder, catalog(folder)) as room:
        yield room


def mlflow_runs(room: EngineRoom, run_id: str) -> dict[str, StoredRun]:
    """Of one octopus run: by step id, the parent under the empty name."""
    runs = MlflowStore(room.folder / "mlflow.db").runs()
    return {run.tags.get("octopus.step_id", ""): run for run in runs if run.tags["octopus.run_id"] == run_id}


def step_processes(room: EngineRoom, run_id: str) -> dict[int, str]:
    """Live processes of a run's attempts with their command lines."""
    return {
        pid: " ".join(psutil.Process(pid).cmdline()) for pid in marked_processes(room.settings.attempts_dir / run_id)
    }


async def test_values_arrive_as_they_are_and_mlflow_shows_a_parent_with_a_clean_child(room: EngineRoom) -> None:
    document = drawing(
        [step("show", "show", **HOSTILE), step("read", "read")], [edge("show.data -> read.data")], name="Clean"
    )
    state = await room.run(document)
    assert state.status == "succeeded", state
    show = step_of(state, "show")

    texts = {
        name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        for name, value in HOSTILE.items()
    }
    texts["nothing"] = ""
    printed = next(line.text for line in room.lines(state.id, "show") if line.text.startswith("args "))
    assert json.loads(printed.removeprefix("args ")) == [f"--{name}={text}" for name, text in texts.items()]
    assert [line.text for line in room.lines(state.id, "read")][:4] == ["data a,b", "1,2", "", "nothing "]

    runs = mlflow_runs(room, state.id)
    parent, child = runs[""], runs["show"]
    assert {run.status for run in runs.values()} == {"FINISHED"}
    assert (parent.run_id, parent.experiment, parent.name) == (state.mlflow_run_id, "Clean", "Clean")
    assert (child.run_id, child.name, child.tags["mlflow.parentRunId"]) == (show.mlflow_run_id, "Show", parent.run_id)
    assert child.params == texts
    assert child.tags["mlflow.project.entryPoint"] == "show"
    assert child.tags["mlflow.source.type"] == "PROJECT"
    assert child.metrics["rows"] == 1
    assert show.metrics == {"rows": 1, "odd": "NaN"}

    assert [(ref.port, ref.path) for ref in show.artifacts] == [
        ("data", "out/data.csv"),
        ("signal", "out/signal"),
        (None, "out/_environment.json"),
    ]
    assert any(isinstance(e, StepProgress) and e.message == "half way" for e in room.events(state.id))
    check_environment(room, await room.tracking.fetch_artifact(child.run_id, "out/_environment.json"), child)
    assert MlflowStore(room.folder / "mlflow.db").journal_mode() == "wal"
    assert "mlflow run" in " ".join(json.loads((attempt_dir(room, state.id, "show") / "spec.json").read_text())["argv"])


def attempt_dir(room: EngineRoom, run_id: str, step_id: str) -> Path:
    return room.settings.attempts_dir / run_id / f"{step_id}.1.1"


def check_environment(room: EngineRoom, path: str, child: StoredRun) -> None:
    env = json.loads(Path(path).read_text())
    assert (env["MLFLOW_RUN_ID"], env["MLFLOW_TRACKING_URI"]) == (child.run_id, room.settings.tracking_uri)
    assert (env["OCTOPUS_STEP_ID"], env["OCTOPUS_ITERATION"], env["OCTOPUS_ATTEMPT"]) == ("show", "1", "1")
    assert env["PATH"].startswith(str(room.settings.bin_dir))
    assert "BASH_ENV" not in env


async def test_every_way_to_fail_is_told_as_it_was_and_mlflow_is_closed(room: EngineRoom) -> None:
    names = ("fail", "missing", "undeclared", "broken")
    state = await room.run(drawing([step(name, name) for name in names], name="Failing"))
    assert state.status == "failed"
    seen = {name: (s.status, s.exit_code, s.reason) for name in names for s in [step_of(state, name)]}
    assert seen["fail"] == ("failed", 3, "exit code 3: no such column")
    assert seen["missing"][:2] == ("failed", 127)
    assert "nosuchcommand: command not found" in seen["missing"][2]
    assert seen["undeclared"][:2] == ("failed", None)
    assert "Could not find undeclared among entry points" in seen["undeclared"][2]
    assert seen["broken"][:2] == ("failed", None)
    assert seen["broken"][2].startswith("mlflow run could not run the step: yaml.parser.ParserError")
    assert {run.status for run in mlflow_runs(room, state.id).values()} == {"FAILED"}
    assert step_processes(room, state.id) == {}


async def test_steps_overlap_and_a_kill_from_outside_is_told_apart_from_the_death_of_mlflow_run(
    room: EngineRoom,
) -> None:
    run_id = await room.start(drawing([step("a", "wait"), step("b", "wait")], name="Killed"))
    for step_id in ("a", "b"):
        await room.until_printed(run_id, step_id, "ready")
    processes = step_processes(room, run_id)
    assert sum("/bin/mlflow run " in line for line in processes.values()) == 2  # `ps` shows genuine mlflow runs
    by_step = {
        step_id: {pid: line for pid, line in processes.items() if in_attempt(pid, f"{step_id}.1.1")} for step_id in "ab"
    }
    os.kill(next(pid for pid, line in by_step["a"].items() if line.startswith("sleep")), signal.SIGKILL)
    os.kill(next(pid for pid, line in by_step["b"].items() if "/bin/mlflow run " in line), signal.SIGKILL)
    state = await room.over(run_id)
    a, b = state.steps
    assert (a.status, a.exit_code) == ("failed", -9)
    assert a.reason.startswith("exit code -9 (killed by SIGKILL)")
    assert (b.status, b.exit_code) == ("lost", None)
    assert b.reason == "mlflow run killed by SIGKILL, so the step was stopped"
    assert {run.status for run in mlflow_runs(room, run_id).values()} == {"FAILED"}
    assert step_processes(room, run_id) == {}


def in_attempt(pid: int, name: str) -> bool:
    return psutil.Process(pid).environ()["OCTOPUS_ATTEMPT_DIR"].endswith(f"/{name}")


async def test_cancel_ends_a_step_that_ignores_signals_and_one_that_still_imports_mlflow(room: EngineRoom) -> None:
    run_id = await room.start(drawing([step("deaf", "ignore")], name="Cancelled"))
    await room.until_printed(run_id, "deaf", "ready")
    early = await room.start(drawing([step("early", "wait"), step("later", "wait")], name="Cancelled"))
    await room.until(early, lambda state: step_of(state, "early").status == "running")
    loop = asyncio.get_running_loop()
    began = loop.time()
    await room.runs.cancel(early)
    await room.runs.cancel(run_id)
    for cancelled in (run_id, early):
        state = await room.over(cancelled)
        assert state.status == "cancelled"
        assert {s.status for s in state.steps} == {"cancelled"}
        assert {run.status for run in mlflow_runs(room, cancelled).values()} == {"KILLED"}
        assert step_processes(room, cancelled) == {}
    assert loop.time() - began < room.settings.cancel_grace_s + 2 + 10  # 10 s for a busy machine


async def test_a_tracking_worker_killed_in_mid_run_is_replaced_and_the_run_goes_on(room: EngineRoom) -> None:
    assert isinstance(room.tracking, TrackingClient)
    run_id = await room.start(drawing([step("show", "show")], name="Worker"))
    await room.until(run_id, lambda state: step_of(state, "show").status == "running")
    worker = room.tracking.worker_pid
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    state = await room.over(run_id)
    assert state.status == "succeeded"
    assert room.tracking.worker_pid not in (None, worker)
    assert {run.status for run in mlflow_runs(room, run_id).values()} == {"FINISHED"}
