"""`octopus gc` and the Python environments that steps have to themselves: which of them nobody needs any more."""

import asyncio
import fcntl
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from octopus.catalog.step_type import EntryPoint
from octopus.compiler.compile import compile_plan
from octopus.compiler.plan import Plan
from octopus.compiler.plan_json import plan_to_json
from octopus.execution.backends.cold import ColdBackend
from octopus.execution.environments import layout
from octopus.execution.environments.environments import Environments
from octopus.execution.environments.wanted import keys_of, wanted_by
from octopus.execution.freezing import files_of, freeze
from octopus.execution.settings import ExecutionSettings
from octopus.execution.step_code import StepCodes
from octopus.features.leftovers.leftover import Kind
from octopus.features.projects.projects import Projects
from octopus.store.database import Database
from tests.support import drawings
from tests.support.engine_room import BIN_DIR, settings_for
from tests.support.package_shelf import catalog_of, declare, project_with
from tests.support.terminal import type_in

NOBODY_S = "0123456789abcdef0123"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o700)
    Database.open(data_dir / "octopus.db").close()
    return data_dir


@pytest.fixture
def project(tmp_path: Path, data_dir: Path) -> Path:
    """A registered one that declares an environment."""
    project = project_with(tmp_path / "project", "only_here==1.0")
    asyncio.run(Projects(data_dir).add(str(project), replace=False))
    return project


def entry_point(data_dir: Path) -> EntryPoint:
    return Projects(data_dir).all()[0].entry_point


def environment(data_dir: Path, key: str, *, used: datetime | None = None) -> Path:
    """A built one, last used then; None: never finished."""
    folder = data_dir / "environments" / key
    (folder / layout.BUILD).mkdir(parents=True)
    (folder / "mlflow-x" / "bin").mkdir(parents=True)
    (folder / "mlflow-x" / "bin" / "python").write_text("x" * 100)
    if used is not None:
        (folder / layout.MARKER).write_text(json.dumps({"name": "mlflow-x"}))
        os.utime(folder / layout.MARKER, (used.timestamp(), used.timestamp()))
    return folder


def left(data_dir: Path, *words: str) -> list[str]:
    """Names of the environments among the leftovers."""
    done = type_in("gc", "--json", "--data-dir", str(data_dir), *words)
    assert done.exit_code == 0, done.output
    items = json.loads(done.stdout)["items"]
    return [Path(one["path"]).name for one in items if one["kind"] == Kind.ENVIRONMENT]


def run_under_way(data_dir: Path, status: str, plan: str) -> None:
    with closing(sqlite3.connect(data_dir / "octopus.db")) as connection, connection:
        columns = connection.execute("SELECT name, type, \"notnull\" FROM pragma_table_info('runs')").fetchall()
        values = {name: 0 if kind.startswith(("INT", "BOOL")) else "" for name, kind, needed in columns if needed}
        values |= {"id": "r1", "status": status, "plan": plan}
        marks = ", ".join("?" for _ in values)
        connection.execute(f"INSERT INTO runs ({', '.join(values)}) VALUES ({marks})", list(values.values()))


def test_what_a_project_declares_stays_until_it_declares_something_else(data_dir: Path, project: Path) -> None:
    kept = [environment(data_dir, key, used=datetime.now(UTC)) for key in sorted(keys_of(entry_point(data_dir)))]
    gone = environment(data_dir, NOBODY_S, used=datetime.now(UTC))
    assert kept
    assert left(data_dir) == [NOBODY_S]
    assert gone.is_dir()
    assert left(data_dir, "--delete") == [NOBODY_S]
    assert (gone.exists(), [folder for folder in kept if not folder.is_dir()]) == (False, [])
    declare(project, "only_here==2.0")
    assert left(data_dir, "--delete") == [folder.name for folder in kept]


def test_half_an_environment_goes_too(data_dir: Path) -> None:
    folder = environment(data_dir, NOBODY_S)
    assert left(data_dir, "--delete") == [NOBODY_S]
    assert not folder.exists()


def test_with_an_age_only_what_was_not_used_for_as_long_goes(data_dir: Path) -> None:
    environment(data_dir, NOBODY_S, used=datetime.now(UTC) - timedelta(days=3))
    assert left(data_dir, "--older-than", "4") == []
    assert left(data_dir, "--older-than", "2") == [NOBODY_S]


@pytest.mark.parametrize("lock", [f"{NOBODY_S}.lock", f"{NOBODY_S}/{layout.BUILD}/lock"])
def test_what_is_being_built_stays(data_dir: Path, lock: str) -> None:
    folder = environment(data_dir, NOBODY_S)
    with (data_dir / "environments" / lock).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert left(data_dir, "--delete") == []
    assert folder.is_dir()
    assert left(data_dir, "--delete") == [NOBODY_S]


def test_while_a_step_runs_all_stay(data_dir: Path) -> None:
    environment(data_dir, NOBODY_S, used=datetime.now(UTC))
    attempt = data_dir / "attempts" / "r1" / "load.1.1"
    attempt.mkdir(parents=True)
    with (attempt / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert left(data_dir) == []


@pytest.mark.parametrize(("status", "stays"), [("queued", True), ("running", True), ("failed", False)])
def test_what_a_run_that_goes_on_wants_stays(data_dir: Path, project: Path, status: str, stays: bool) -> None:
    plan = asyncio.run(frozen_plan(data_dir, project))
    (step,) = plan.steps
    snapshots = data_dir / "snapshots"
    folder = wanted_by(step, files_of(step, snapshots), data_dir / "environments").folder
    environment(data_dir, folder.name, used=datetime.now(UTC))
    declare(project, "only_here==2.0")
    run_under_way(data_dir, status, plan_to_json(plan))
    assert left(data_dir, "--delete") == ([] if stays else [folder.name])
    assert folder.is_dir() is stays


def test_a_step_that_takes_an_environment_has_used_it(data_dir: Path, project: Path) -> None:
    async def taken(settings: ExecutionSettings) -> Path:
        plan = await frozen_plan(data_dir, project)
        (step,) = plan.steps
        folder = wanted_by(step, files_of(step, settings.snapshots_dir), settings.environments_dir).folder
        environment(data_dir, folder.name, used=datetime.now(UTC) - timedelta(days=30))
        assert left(data_dir, "--older-than", "20") == []
        declare(project, "only_here==2.0")
        assert left(data_dir, "--older-than", "20") == [folder.name]
        await Environments(settings, ColdBackend(BIN_DIR)).ready(step, lambda _: None)
        return folder

    folder = asyncio.run(taken(settings_for(data_dir)))
    assert left(data_dir, "--older-than", "20") == []
    assert left(data_dir) == [folder.name]


async def frozen_plan(data_dir: Path, project: Path) -> Plan:
    document = drawings.document([drawings.step("a", "demo/main")], name="Demo")
    plan = await StepCodes().of(compile_plan(document, catalog_of(project), drawings.MACHINE))
    await freeze(plan, data_dir / "snapshots")
    return plan


def test_while_a_project_cannot_be_read_all_stay(data_dir: Path, project: Path) -> None:
    environment(data_dir, NOBODY_S, used=datetime.now(UTC))
    project.rename(project.with_name("moved"))
    assert left(data_dir) == []
    project.with_name("moved").rename(project)
    (project / "python_env.yaml").unlink()
    assert left(data_dir) == []


def test_nothing_that_a_link_leads_to_and_nothing_of_another_name_is_touched(data_dir: Path, tmp_path: Path) -> None:
    elsewhere = environment(tmp_path / "elsewhere", NOBODY_S, used=datetime.now(UTC))
    places = data_dir / "environments"
    (places / "mlflow-of-somebody").mkdir(parents=True)
    (places / ("f" * 20)).symlink_to(elsewhere)
    assert left(data_dir, "--delete") == []
    (places / "mlflow-of-somebody").rmdir()
    (places / ("f" * 20)).unlink()
    places.rmdir()
    places.symlink_to(elsewhere.parent)
    assert left(data_dir, "--delete") == []
    assert (elsewhere / layout.MARKER).is_file()
