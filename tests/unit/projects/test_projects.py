"""Registered projects: kept over restarts, followed when their file changes, explained when their folder is gone."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from octopus.catalog.catalog import Catalog, built_in_catalog
from octopus.catalog.step_type import ProjectEnvironment
from octopus.domain.errors import Conflict, InvalidProject, NotFound, StorageUnavailable
from octopus.features.projects.projects import Projects

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Room:
    """A data directory, and folders beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data_dir = folder / "data"
        self.data_dir.mkdir()
        self.file = self.data_dir / "projects.json"

    def open(self) -> Projects:
        return Projects(self.data_dir, roots=(self.data_dir / "artifacts",), clock=lambda: NOW)

    def project(self, name: str = "demo", folder: str | None = None, **entry_points: Any) -> Path:
        path = self.folder / (folder or name)
        path.mkdir(exist_ok=True)
        points = entry_points or {"main": {"command": "true"}}
        (path / "MLproject").write_text(json.dumps({"name": name, "entry_points": points}))
        return path


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def ids(projects: Projects) -> list[str]:
    return [entry.step_type.id for entry in projects.all()]


async def test_a_registered_project_is_there_after_a_restart_in_a_private_file(room: Room) -> None:
    added = await room.open().add(str(room.project(a={"command": "true"}, b={"command": "true"})), replace=False)
    assert (added.name, added.path, added.registered_at) == (
        "demo",
        str(room.folder / "demo"),
        "2026-01-01T00:00:00.000Z",
    )
    assert [step_type.id for step_type in added.step_types] == ["demo/a", "demo/b"]
    assert stat.S_IMODE(room.file.stat().st_mode) == 0o600
    again = room.open()
    assert await again.list() == (added,)
    assert ids(again) == ["demo/a", "demo/b"]
    assert [path.name for path in room.data_dir.iterdir()] == ["projects.json"]


async def test_the_catalog_follows_the_file_without_a_restart(room: Room) -> None:
    projects = room.open()
    catalog = Catalog((), (projects,))
    await projects.add(str(room.project(old={"command": "true"})), replace=False)
    assert catalog.get("demo/old") is not None
    room.project(new={"command": "true"})
    assert [entry.step_type.id for entry in catalog.all()] == ["demo/new"]
    assert catalog.get("demo/old") is None
    assert catalog.nearest("demo/ne") == ("demo/new",)


async def test_built_in_steps_come_first_and_keep_their_ids(room: Room) -> None:
    projects = room.open()
    catalog = built_in_catalog().joined_by(projects)
    alone = [entry.step_type.id for entry in built_in_catalog().all()]
    await projects.add(str(room.project("train")), replace=False)
    assert [entry.step_type.id for entry in catalog.all()] == [*alone, "train/main"]
    built_in, foreign = catalog.get("train"), catalog.get("train/main")
    assert built_in is not None
    assert foreign is not None
    assert (built_in.entry_point.is_foreign, foreign.entry_point.is_foreign) == (False, True)


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_folder_that_is_gone_leaves_its_steps_listed_with_the_reason(room: Room, restarted: bool) -> None:
    projects = room.open()
    entry_point = {"command": "echo {data}", "parameters": {"data": "path"}}
    before = await projects.add(str(room.project(main=entry_point)), replace=False)
    (room.folder / "demo").rename(room.folder / "moved")
    if restarted:
        projects = room.open()
    (listed,) = await projects.list()
    assert listed.unavailable == f"The folder {room.folder / 'demo'} is gone."
    assert [one.model_copy(update={"unavailable": None}) for one in listed.step_types] == list(before.step_types)
    entry = projects.get("demo/main")
    assert entry is not None
    assert entry.step_type.unavailable == listed.unavailable
    (room.folder / "moved").rename(room.folder / "demo")
    assert await projects.list() == (before,)


async def test_a_file_that_is_no_longer_valid_or_of_another_name_says_so(room: Room) -> None:
    projects = room.open()
    await projects.add(str(room.project()), replace=False)
    (room.folder / "demo" / "MLproject").write_text("name: demo\nentry_points: {}\n")
    (listed,) = await projects.list()
    assert listed.unavailable is not None
    assert [problem.code for problem in listed.problems] == ["no_entry_points"]
    assert [one.id for one in listed.step_types] == ["demo/main"]
    room.project("other", folder="demo")
    (listed,) = await projects.list()
    assert listed.unavailable is not None
    assert "named other now" in listed.unavailable
    room.project()
    (listed,) = await projects.list()
    assert (listed.unavailable, listed.problems) == (None, ())


async def test_a_second_project_of_the_same_name_takes_the_place_only_if_asked_to(room: Room) -> None:
    projects = room.open()
    first = await projects.add(str(room.project()), replace=False)
    other = room.project("demo", folder="other", second={"command": "true"})
    with pytest.raises(Conflict, match="replace=true"):
        await projects.add(str(other), replace=False)
    assert ids(projects) == ["demo/main"]
    second = await projects.add(str(other), replace=True)
    assert (second.id, second.path) == (first.id, str(other))
    assert ids(projects) == ["demo/second"]
    assert ids(room.open()) == ["demo/second"]


async def test_a_project_is_forgotten_and_its_folder_left_alone(room: Room) -> None:
    projects = room.open()
    added = await projects.add(str(room.project()), replace=False)
    await projects.remove(added.id)
    assert await projects.list() == ()
    assert await room.open().list() == ()
    assert (room.folder / "demo" / "MLproject").is_file()
    with pytest.raises(NotFound):
        await projects.remove(added.id)


async def test_a_folder_that_cannot_be_used_is_refused_and_nothing_is_kept(room: Room) -> None:
    projects = room.open()
    (room.data_dir / "inside").mkdir()
    (room.folder / "empty").mkdir()
    for path, code in {
        "relative": "folder_not_usable",
        str(room.folder / "nowhere"): "folder_not_usable",
        str(room.folder / "a\0b"): "folder_not_usable",
        "/etc/hostname": "folder_not_usable",
        str(room.data_dir / "inside"): "folder_not_usable",
        str(room.folder / "empty"): "no_mlproject",
    }.items():
        with pytest.raises(InvalidProject) as caught:
            await projects.add(path, replace=False)
        assert [(one.code, one.pointer) for one in caught.value.problems] == [(code, "/path")]
    assert not room.file.exists()


async def test_a_folder_that_holds_octopus_own_data_is_refused(room: Room) -> None:
    (room.data_dir / "token").write_text("secret")
    (room.folder / "MLproject").write_text("name: all\nentry_points: {main: {command: 'true'}}")
    with pytest.raises(InvalidProject, match="own data directory"):
        await room.open().add(str(room.folder), replace=False)


async def test_a_folder_with_too_much_in_it_is_refused_when_it_is_registered(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("octopus.catalog.project_files.selection.FILE_LIMIT", 0)
    with pytest.raises(InvalidProject, match="more than 0 files"):
        await room.open().add(str(room.project()), replace=False)


async def test_there_is_room_for_so_many_projects(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("octopus.features.projects.projects.PROJECTS_LIMIT", 1)
    projects = room.open()
    await projects.add(str(room.project("a")), replace=False)
    with pytest.raises(Conflict) as caught:
        await projects.add(str(room.project("b")), replace=False)
    assert caught.value.code == "too_many_projects"
    await projects.add(str(room.project("a")), replace=True)


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 1, "projects": [{}]}'])
def test_a_damaged_list_is_refused_with_its_name(room: Room, text: str) -> None:
    room.file.write_text(text)
    with pytest.raises(StorageUnavailable, match=r"projects\.json is damaged"):
        room.open()


def test_a_list_of_a_newer_octopus_is_refused(room: Room) -> None:
    room.file.write_text('{"version": 2, "projects": []}')
    with pytest.raises(StorageUnavailable, match="newer octopus"):
        room.open()


async def test_a_disk_that_does_not_take_the_list_leaves_it_as_it_was(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    projects = room.open()
    first = await projects.add(str(room.project("a")), replace=False)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("octopus.features.projects.project_list.os.fsync", full)
    with pytest.raises(StorageUnavailable, match="No space left"):
        await projects.add(str(room.project("b")), replace=False)
    assert await projects.list() == (first,)
    assert [path.name for path in room.data_dir.iterdir()] == ["projects.json"]
    assert await room.open().list() == (first,)


async def test_an_environment_that_is_declared_later_is_noticed(room: Room) -> None:
    projects, folder = room.open(), room.project()
    await projects.add(str(folder), replace=False)
    assert [entry.entry_point.environment for entry in projects.all()] == [None]
    (folder / "python_env.yaml").write_text("dependencies: []\n")
    (entry,) = projects.all()
    assert entry.entry_point.environment == ProjectEnvironment(file="python_env.yaml")
    (folder / "python_env.yaml").unlink()
    assert [entry.entry_point.environment for entry in projects.all()] == [None]
