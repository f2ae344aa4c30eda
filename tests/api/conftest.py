"""One application for a module: tests make their own pipelines and runs in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.world import World, open_world


@pytest.fixture(scope="module")
def shared_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_world(tmp_path_factory.mktemp("world")) as world:
        yield world


@pytest.fixture
def world(shared_world: World) -> World:
    """Every test finds steps that succeed and a tracking store that answers."""
    shared_world.acts.clear()
    shared_world.tracking.is_down = False
    return shared_world


@pytest.fixture
def own_world(tmp_path: Path) -> Iterator[World]:
    """One that nobody else has put anything into."""
    with open_world(tmp_path) as world:
        yield world
