"""The warm backend with real processes: what becomes of attempts, and of those who come after, when something dies or
changes."""

import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import psutil
import pytest

from octopus.execution.attempt_directory import AttemptDirectory
from octopus.execution.backends import fork_server as fork_server_module
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.backends.fork_server import ForkServer
from octopus.execution.backends.process_tree import marked_processes
from octopus.execution.backends.protocol import AttemptSpec
from octopus.execution.backends.standing import Processes, read_processes
from octopus.execution.backends.supervised import SUPERVISOR_DIED, SupervisedAttempt
from octopus.execution.backends.warm import WarmBackend
from octopus.execution.environment import common_environment
from octopus.execution.settings import ExecutionSettings
from tests.integration.test_cold_backend import IGNORING_FAMILY
from tests.support.attempts import Stage, alive, until
from tests.support.engine_room import BIN_DIR, settings_for
from tests.support.warm import fork_server

pytestmark = [pytest.mark.anyio, pytest.mark.mlflow]

PROJECT = """
name: acts
entry_points:
  main:
    parameters: {code: string}
    command: python act.py {code}
"""
PARENT = "print(open(f'/proc/{os.getppid()}/comm').read().strip())"
READY = "os.write(1, b'ready\\n'); time.sleep(600)"
"""In one write: several processes may do it at the same time."""


@dataclass
class World:
    """`module`: one that the fork server imports beforehand; its `VERSION` is 1."""

    settings: ExecutionSettings
    project: Path
    module: Path
    stage: Stage
    server: ForkServer

    @property
    def backend(self) -> WarmBackend:
        return WarmBackend(ColdBackend(BIN_DIR), self.server)

    def spec(self, code: str) -> AttemptSpec:
        """A step that executes `code`. Nobody asks MLflow for its run."""
        return self.command(str(self.project), "main", f"code={code}")

    def command(self, project: str, entry_point: str, *parameters: str) -> AttemptSpec:
        made = self.stage.spec("")
        argv = ["mlflow", "run", project, "--entry-point", entry_point, "--env-manager", "local"]
        argv += ["--experiment-id", "0", "--run-id", "a" * 32, "--storage-dir", str(made.directory / "storage")]
        argv += [word for parameter in parameters for word in ("-P", parameter)]
        environment = {**common_environment(self.settings), "OCTOPUS_OUTPUTS": made.env["OCTOPUS_OUTPUTS"]}
        return replace(made, argv=tuple(argv), env=environment)


@pytest.fixture(scope="module")
async def module_world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder = tmp_path_factory.mktemp("it's warm")
    module = folder / "modules" / "lately_installed.py"
    module.parent.mkdir()
    module.write_text("VERSION = 1\n")
    settings = settings_for(folder, server_env={**os.environ, "PYTHONPATH": str(module.parent)})
    project = folder / "project"
    project.mkdir()
    (project / "MLproject").write_text(PROJECT)
    (project / "act.py").write_text("import os, sys, time\nexec(sys.argv[1])\n")
    modules = ("octopus.steps.runtime.run", "octopus.steps.library.python", module.stem)
    async with fork_server(settings, folder, *modules) as server:
        yield World(settings, project, module, Stage(folder / "attempts"), server)


@pytest.fixture
async def world(module_world: World) -> World:
    """With a fork server that is ready, whatever the test before did to it."""
    await until(lambda: module_world.server.state == "ready")
    return module_world


async def test_ps_tells_the_truth_about_every_process_of_an_attempt(world: World) -> None:
    spec = world.spec(READY)
    attempt = await started(world, spec)
    await world.stage.until_printed(spec, "ready")
    supervisor = psutil.Process(processes(spec).supervisor.pid)
    (mlflow,) = supervisor.children()
    (step,) = mlflow.children()
    assert " ".join(supervisor.cmdline()) == f"octopus-supervisor {spec.directory}"
    assert " ".join(mlflow.cmdline()).startswith(
        f"mlflow run {world.project} --entry-point main --backend octopus-warm"
    )
    assert step.cmdline()[:2] == ["python", "act.py"]
    assert marked_processes(spec.directory) == {supervisor.pid, mlflow.pid, step.pid}
    await attempt.cancel(5)
    assert (await attempt.wait()).cancelled
    assert alive(spec) == []


async def test_the_built_in_steps_are_forked_without_a_shell(world: World) -> None:
    steps = Path(fork_server_module.__file__).parents[2] / "steps"
    code = f"import os\ndef run():\n    {PARENT}\n    return 1"
    spec = world.command(str(steps), "python", f"code={code}", "inputs=[]")
    spec = replace(spec, env={**spec.env, "OCTOPUS_EVENTS": str(spec.directory / "events")})
    end = await (await started(world, spec)).wait()
    assert end.exit_code == 0, world.stage.lines(spec)
    assert ("stdout", "mlflow") in world.stage.lines(spec)


async def test_a_step_goes_on_when_the_fork_server_is_killed_and_the_next_goes_cold_and_says_why(world: World) -> None:
    spec = world.spec("print('ready', flush=True)\nwhile not os.path.exists('go'): time.sleep(0.01)\nsys.exit(7)")
    attempt = await started(world, spec)
    await world.stage.until_printed(spec, "ready")
    assert world.server.pid is not None
    os.kill(world.server.pid, signal.SIGKILL)
    await until(lambda: world.server.state == "starting")
    later = await world.backend.start(world.spec(PARENT), world.stage.log_grew)
    assert later.backend == "cold"
    assert later.backend_reason == "the warm backend is not ready: it is starting anew"
    await later.cancel(0)
    (world.project / "go").touch()
    end = await attempt.wait()
    assert (end.exit_code, end.lost) == (7, False)
    await until(lambda: world.server.state == "ready")
    again = await world.backend.start(world.spec("pass"), world.stage.log_grew)
    assert (again.backend, again.backend_reason, (await again.wait()).exit_code) == ("warm", None, 0)


async def test_a_killed_supervisor_takes_its_step_with_it_wherever_that_hid(world: World) -> None:
    spec = world.spec("if os.fork() == 0: os.setsid(); os.fork()\nos.write(1, b'ready\\n'); time.sleep(600)")
    attempt = await started(world, spec)
    await until(lambda: world.stage.lines(spec).count(("stdout", "ready")) == 3)
    os.kill(processes(spec).supervisor.pid, signal.SIGKILL)
    end = await attempt.wait()
    assert (end.lost, end.reason) == (True, SUPERVISOR_DIED)
    assert alive(spec) == []


async def test_a_family_that_ignores_signals_is_gone_after_the_grace(world: World) -> None:
    spec = world.spec(IGNORING_FAMILY)
    attempt = await started(world, spec)
    await world.stage.until_printed(spec, "ready")
    await attempt.cancel(0.2)
    assert (await attempt.wait()).cancelled
    assert alive(spec) == []


async def test_the_next_server_finds_a_warm_attempt_and_its_way(world: World) -> None:
    spec = world.spec(READY)
    await started(world, spec)
    await world.stage.until_printed(spec, "ready")
    found = await world.backend.reattach(spec.directory, world.stage.log_grew)
    assert found is not None
    assert found.backend == "warm"
    await found.cancel(5)
    assert (await found.wait()).cancelled
    assert alive(spec) == []


async def test_cold_is_cold_where_it_was_asked_for(world: World) -> None:
    attempt = await world.backend.start(replace(world.spec("pass"), backend="cold"), world.stage.log_grew)
    assert (attempt.backend, attempt.backend_reason) == ("cold", None)
    await attempt.cancel(0)


async def test_a_step_with_its_own_environment_goes_cold(world: World) -> None:
    spec = world.spec("pass")
    argv = tuple("uv" if word == "local" else word for word in spec.argv)
    attempt = await world.backend.start(replace(spec, argv=argv), world.stage.log_grew)
    assert (attempt.backend, attempt.backend_reason) == ("cold", "the step has a Python environment of its own")
    await attempt.cancel(0)


async def test_with_little_memory_left_a_step_goes_cold(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork_server_module, "available_memory", lambda: 1024)
    attempt = await world.backend.start(world.spec("pass"), world.stage.log_grew)
    assert (attempt.backend, attempt.backend_reason) == ("cold", "there is little memory left on this machine")
    await attempt.cancel(0)


async def test_what_has_changed_on_the_disk_is_noticed_and_imported_anew(world: World) -> None:
    assert await printed(world, "import lately_installed; print(lately_installed.VERSION)") == ("warm", "1")
    world.module.write_text("VERSION = 'two'\n")
    way = "warm"
    while way == "warm":  # it looks once a second
        way, _ = await printed(world, "pass")
    assert way == "what was imported has changed; the warm backend is being started anew"
    await until(lambda: world.server.state == "ready")
    assert await printed(world, "import lately_installed; print(lately_installed.VERSION)") == ("warm", "two")


async def test_a_fork_server_that_cannot_import_says_what(tmp_path: Path, world: World) -> None:
    async with fork_server(world.settings, tmp_path, "nowhere_to_be_found") as server:
        assert server.state == "starting"
        assert "nowhere_to_be_found" in server.trouble
        attempt = await replace(world, server=server).backend.start(world.spec("pass"), world.stage.log_grew)
        assert attempt.backend_reason is not None
        assert "nowhere_to_be_found" in attempt.backend_reason
        await attempt.cancel(0)


async def test_elsewhere_than_on_linux_steps_go_cold(
    tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    async with fork_server(world.settings, tmp_path) as server:
        assert (server.state, server.trouble) == ("off", "this operating system cannot do it")


async def started(world: World, spec: AttemptSpec) -> SupervisedAttempt:
    """The warm way."""
    attempt = await world.backend.start(spec, world.stage.log_grew)
    assert attempt.backend == "warm", attempt.backend_reason
    return attempt


async def printed(world: World, code: str) -> tuple[str, str]:
    """The way an attempt went, or why it did not go the warm one; and its last line."""
    spec = world.spec(code)
    attempt = await world.backend.start(spec, world.stage.log_grew)
    await attempt.wait()
    lines = world.stage.lines(spec)
    return attempt.backend_reason or attempt.backend, lines[-1][1] if lines else ""


def processes(spec: AttemptSpec) -> Processes:
    found = read_processes(AttemptDirectory(spec.directory))
    assert found is not None
    return found
