"""Python environments that steps have to themselves, built for real by uv and pip, without a network."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from octopus.compiler.plan import Plan
from octopus.domain.event import StepProgress
from octopus.domain.run import RunState
from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.process_tree import marked_processes
from octopus.execution.environments import layout
from octopus.execution.environments.builder.__main__ import main as build
from octopus.execution.environments.environments import Environments
from octopus.execution.freezing import freeze
from octopus.execution.step_code import StepCodes
from tests.fakes.instant_backend import Act, InstantBackend
from tests.support.attempts import until
from tests.support.drawings import drawing, step
from tests.support.engine_room import BIN_DIR, EngineRoom, instant_engine_room, real_engine_room, settings_for, step_of
from tests.support.package_shelf import Shelf, catalog_of, declare, open_shelf, project_with

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

BUILDING = "Building the Python environment (uv): "
TEN = [f"s{number}" for number in range(10)]


@dataclass(frozen=True)
class Scene:
    """`room`: its steps run at once, the environments they need are built for real."""

    room: EngineRoom
    project: Path
    shelf: Shelf

    async def plan(self, *names: str) -> Plan:
        plan = self.room.plan(drawing([step(name, "demo/main") for name in names or ("a",)], name="Demo"))
        return await StepCodes().of(plan)

    async def start(self, *names: str) -> str:
        plan = await self.plan(*names)
        record, _ = await self.room.runs.start(plan.document, plan, force=True)
        return record.id

    async def run(self, *names: str) -> RunState:
        return await self.room.over(await self.start(*names))

    async def start_building(self, count: int = 1) -> list[str]:
        """Ids of runs whose steps wait for one environment, which is not ready before the gate is opened."""
        self.shelf.close_gate()
        run_ids = [await self.start("a") for _ in range(count)]
        for run_id in run_ids:
            await self.room.until(run_id, lambda state: _is_building(state, "a"))
        await until(lambda: self.shelf.builds)
        return run_ids

    @property
    def builder(self) -> set[int]:
        return marked_processes(self.room.settings.environments_dir)

    @property
    def started(self) -> list[str]:
        """The roots that attempts were given."""
        assert isinstance(self.room.backend, InstantBackend)
        return [spec.env["MLFLOW_ENV_ROOT"] for spec in self.room.backend.started]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return open_shelf(tmp_path)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return project_with(tmp_path / "project", "only_here==1.0")


def instant(tmp_path: Path, project: Path, shelf: Shelf, **settings: Any) -> AbstractAsyncContextManager[EngineRoom]:
    return instant_engine_room(
        tmp_path / "room", catalog_of(project), lambda _: Act(), server_env=shelf.variables, **settings
    )


def messages(state: RunState, room: EngineRoom, step_id: str) -> list[str]:
    events = room.events(state.id)
    return [event.message for event in events if isinstance(event, StepProgress) and event.step_id == step_id]


def installed_in(folder: Path) -> list[str]:
    return [line.replace("_", "-") for line in (folder / layout.PACKAGES).read_text().splitlines()]


@pytest.mark.mlflow
@pytest.mark.parametrize("manager", ["uv", "virtualenv"])
async def test_a_step_runs_with_packages_that_only_its_own_environment_has(
    tmp_path: Path, shelf: Shelf, manager: str
) -> None:
    project = project_with(tmp_path / "project", "only_here==1.0", manager=manager)
    room_of = real_engine_room(tmp_path / "room", catalog_of(project), server_env=shelf.variables)
    async with room_of as room:
        scene = Scene(room, project, shelf)
        state = await scene.run("a")
        assert state.status == "succeeded", step_of(state, "a")
        (environment,) = room.settings.environments_dir.glob("*/mlflow-*")
        assert [line.text for line in room.lines(state.id, "a")] == [f"version 1.0 in {environment}"]
        assert installed_in(environment.parent) == ["only-here==1.0"]
        spec = AttemptDirectory(room.settings.attempts_dir / state.id / "a.1.1").read_spec()
        assert spec["argv"][spec["argv"].index("--env-manager") + 1] == manager
        said = messages(state, room, "a")
        assert f"Building the Python environment ({manager}): installing its packages" in said
        assert said[-1] == ""
    assert len(shelf.builds) == 1


async def test_ten_steps_that_want_one_environment_at_once_have_it_built_once(
    tmp_path: Path, project: Path, shelf: Shelf
) -> None:
    async with instant(tmp_path, project, shelf, max_steps=1) as room:
        scene = Scene(room, project, shelf)
        shelf.close_gate()
        run_id = await scene.start(*TEN)
        waiting = await room.until(run_id, lambda state: all(_is_building(state, name) for name in TEN))
        assert {view.status.value for view in waiting.steps} == {"queued"}
        assert room.runs.attempts_under_way == 0
        shelf.open_gate()
        state = await room.over(run_id)
        assert {view.status.value for view in state.steps} == {"succeeded"}
        assert len(scene.started) == 10
        assert len(set(scene.started)) == 1
        assert shelf.builds == ["1.0"]
        again = await scene.run("a")
        assert messages(again, room, "a") == []
    assert shelf.builds == ["1.0"]


async def test_a_cancelled_step_waits_no_longer_and_the_build_goes_on_for_the_others(
    tmp_path: Path, project: Path, shelf: Shelf
) -> None:
    async with instant(tmp_path, project, shelf) as room:
        scene = Scene(room, project, shelf)
        first, second = await scene.start_building(2)
        await room.runs.cancel(first)
        assert (await room.over(first)).status == "cancelled"
        assert scene.builder
        shelf.open_gate()
        assert (await room.over(second)).status == "succeeded"
    assert shelf.builds == ["1.0"]


async def test_nobody_is_left_building_when_the_last_who_waits_is_cancelled(
    tmp_path: Path, project: Path, shelf: Shelf
) -> None:
    async with instant(tmp_path, project, shelf) as room:
        scene = Scene(room, project, shelf)
        (run_id,) = await scene.start_building()
        await room.runs.cancel(run_id)
        assert (await room.over(run_id)).status == "cancelled"
        await until(lambda: not scene.builder)
        shelf.open_gate()
        assert (await scene.run("a")).status == "succeeded"
    assert shelf.builds == ["1.0", "1.0"]


async def test_a_killed_build_fails_its_steps_and_the_next_one_begins_anew(
    tmp_path: Path, project: Path, shelf: Shelf
) -> None:
    async with instant(tmp_path, project, shelf) as room:
        scene = Scene(room, project, shelf)
        (run_id,) = await scene.start_building()
        for pid in scene.builder:
            os.kill(pid, signal.SIGKILL)
        state = await room.over(run_id)
        assert state.status == "failed"
        assert "its Python environment could not be built with uv: " in step_of(state, "a").reason
        assert list(room.settings.environments_dir.glob("*/mlflow-*"))
        shelf.open_gate()
        assert (await scene.run("a")).status == "succeeded"
        assert installed_in(Path(scene.started[0])) == ["only-here==1.0"]
    assert shelf.builds == ["1.0", "1.0"]


async def test_a_server_finds_the_build_of_one_that_was_killed(tmp_path: Path, project: Path, shelf: Shelf) -> None:
    async with instant(tmp_path, project, shelf) as room:
        scene = Scene(room, project, shelf)
        shelf.close_gate()
        killed = await asyncio.to_thread(subprocess.Popen, _another_server(tmp_path, project), env=shelf.variables)
        await until(lambda: shelf.builds)
        killed.kill()
        killed.wait()
        builder = scene.builder
        run_id = await scene.start("a")
        await room.until(run_id, lambda state: _is_building(state, "a"))
        assert scene.builder == builder
        shelf.open_gate()
        assert (await room.over(run_id)).status == "succeeded"
    assert shelf.builds == ["1.0"]


async def test_two_servers_that_share_the_folder_build_once(tmp_path: Path, project: Path, shelf: Shelf) -> None:
    async with instant(tmp_path, project, shelf) as room:
        plan = await Scene(room, project, shelf).plan()
        await freeze(plan, room.settings.snapshots_dir)
        servers = [Environments(room.settings, ColdBackend(BIN_DIR)) for _ in range(2)]
        shelf.close_gate()
        first, second = [asyncio.create_task(one.ready(plan.steps[0], lambda _: None)) for one in servers]
        await until(lambda: shelf.builds)
        shelf.open_gate()
        assert await first == await second
    assert shelf.builds == ["1.0"]


async def test_changed_requirements_are_another_environment_and_no_earlier_result_fits(
    tmp_path: Path, project: Path, shelf: Shelf
) -> None:
    async with instant(tmp_path, project, shelf) as room:
        scene = Scene(room, project, shelf)
        assert (await scene.run("a")).status == "succeeded"
        foreseen = await room.runs.foresee(await scene.plan(), "name:Demo")
        assert foreseen["a"].will_reuse, foreseen
        await asyncio.to_thread(declare, project, "only_here==2.0")
        foreseen = await room.runs.foresee(await scene.plan(), "name:Demo")
        assert foreseen["a"].changed == ("code", "environment")
        assert (await scene.run("a")).status == "succeeded"
        assert len(set(scene.started)) == 2
    assert shelf.builds == ["1.0", "2.0"]


async def test_what_uv_has_locked_is_installed_as_it_stands(tmp_path: Path, shelf: Shelf) -> None:
    project = project_with(tmp_path / "project", manager="uv")
    declared = 'name = "demo"\nversion = "0"\nrequires-python = ">=3.11"\ndependencies = ["only_here<2"]\n'
    (project / "pyproject.toml").write_text(f"[project]\n{declared}")
    lock = [str(BIN_DIR / "uv"), "lock"]
    await asyncio.to_thread(subprocess.run, lock, cwd=project, env=shelf.variables, check=True, capture_output=True)
    async with instant(tmp_path, project, shelf) as room:
        scene = Scene(room, project, shelf)
        assert (await scene.run("a")).status == "succeeded"
        assert installed_in(Path(scene.started[0])) == ["only-here==1.0"]
        (project / "uv.lock").unlink()
        assert (await scene.run("a")).status == "succeeded"
        assert installed_in(Path(scene.started[1])) == []


OFFLINE = "No package index could be reached: the first build of an environment needs one."


@pytest.mark.parametrize(
    ("requirement", "python", "variables", "words"),
    [
        ("nowhere==1", "", {}, [OFFLINE, "nowhere", "network was disabled"][:2]),
        ("nowhere==1", "", {"UV_OFFLINE": "0"}, ["nowhere", "Check names and versions in python_env.yaml"]),
        (
            "nowhere==1",
            "",
            {
                "UV_OFFLINE": "0",
                "UV_NO_INDEX": "0",
                "UV_DEFAULT_INDEX": "http://me:hush@127.0.0.1:9/",
                "UV_HTTP_RETRIES": "0",
            },
            ["Failed to fetch", "Connection refused", OFFLINE],
        ),
        (
            "only_here==1.0",
            "3.99.1",
            {},
            ["Python 3.99.1", "Install that Python, or change `python` in python_env.yaml"],
        ),
    ],
)
async def test_a_failure_says_what_was_missing_and_what_to_do(
    tmp_path: Path, shelf: Shelf, requirement: str, python: str, variables: dict[str, str], words: list[str]
) -> None:
    project = project_with(tmp_path / "project", requirement, **({"python": python} if python else {}))
    reason = await _reason(tmp_path, project, {**shelf.variables, **variables})
    assert reason.startswith("its Python environment could not be built with uv: ")
    assert [word for word in words if word not in reason] == [], reason
    assert "hush" not in reason
    log = Path(reason.partition("the whole log: ")[2].removesuffix(")"))
    assert "$ " in await asyncio.to_thread(log.read_text)


async def test_offline_virtualenv_names_the_package_that_pip_could_not_find(tmp_path: Path, shelf: Shelf) -> None:
    project = project_with(tmp_path / "project", "nowhere==1", manager="virtualenv")
    reason = await _reason(tmp_path, project, shelf.variables)
    assert "No matching distribution found for nowhere==1" in reason
    assert "Check names and versions in python_env.yaml" in reason


@pytest.mark.parametrize(
    ("manager", "python", "words"),
    [
        ("uv", "3.11", "there is no program uv on the PATH of the steps. Install it (pip install uv)"),
        ("conda", "3.11", "there is no program conda on the PATH of the steps. Install conda"),
        ("virtualenv", "3.99", "there is no Python 3.99 here: octopus runs on "),
    ],
)
def test_a_missing_program_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manager: str, python: str, words: str
) -> None:
    place = project_with(tmp_path / "project", python=python)
    kind, file = ("conda_env", "conda.yaml") if manager == "conda" else ("python_env", "python_env.yaml")
    (place / "conda.yaml").write_text("dependencies: [r-base]\n")
    recipe = f'{{"manager": "{manager}", "kind": "{kind}", "file": "{file}", "place": "{place}", "keeps_place": true}}'
    (tmp_path / layout.RECIPE).write_text(recipe)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert build(tmp_path) == 1
    assert (tmp_path / layout.FAILURE).read_text().startswith(words)
    assert not (tmp_path / layout.MARKER).exists()


async def _reason(tmp_path: Path, project: Path, variables: dict[str, str]) -> str:
    room_of = instant_engine_room(tmp_path / "room", catalog_of(project), lambda _: Act(), server_env=variables)
    async with room_of as room:
        state = await Scene(room, project, Shelf(tmp_path / "shelf")).run("a")
        assert state.status == "failed"
        assert isinstance(room.backend, InstantBackend)
        assert room.backend.started == []
        return step_of(state, "a").reason


def _is_building(state: RunState, step_id: str) -> bool:
    progress = step_of(state, step_id).progress
    return progress is not None and progress.message.startswith(BUILDING)


def _another_server(tmp_path: Path, project: Path) -> list[str]:
    return [sys.executable, "-m", "tests.integration.test_environments", str(tmp_path), str(project)]


async def _build_without_end(tmp_path: Path, project: Path) -> None:
    settings = settings_for(tmp_path / "room")
    room = EngineRoom(tmp_path / "room", settings, catalog_of(project), None, ColdBackend(settings.bin_dir))
    plan = await Scene(room, project, Shelf(tmp_path / "shelf")).plan()
    await freeze(plan, settings.snapshots_dir)
    await Environments(settings, ColdBackend(settings.bin_dir)).ready(plan.steps[0], print)


if __name__ == "__main__":
    asyncio.run(_build_without_end(Path(sys.argv[1]), Path(sys.argv[2])))
