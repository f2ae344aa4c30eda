"""Every attempt that these tests look at is made once per backend: a cold one takes seconds. They share one fork
server, too."""

from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from octopus.execution.backends.cold import ColdBackend
from tests.support.engine_room import BIN_DIR
from tests.support.equality import WAYS, Case, Estate, Laboratory, Observation, Observe, Way
from tests.support.warm import warm_backend


@pytest.fixture(scope="package")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Estate:
    return Estate.make(tmp_path_factory.mktemp("equality estate"))


@pytest.fixture(scope="package")
async def laboratory(tmp_path_factory: pytest.TempPathFactory, estate: Estate) -> AsyncIterator[Laboratory]:
    with TemporaryDirectory(prefix="octopus-") as short:
        made = Laboratory(tmp_path_factory.mktemp("it's equality"), Path(short), estate)
        made.backends["cold"] = ColdBackend(BIN_DIR)
        async with warm_backend(estate.settings, tmp_path_factory.mktemp("warm")) as warm:
            made.backends["warm"] = warm
            yield made


@pytest.fixture(params=WAYS)
def backend(request: pytest.FixtureRequest) -> Way:
    way: Way = request.param
    return way


@pytest.fixture
def observe(laboratory: Laboratory, backend: Way) -> Observe:
    async def observed(case: Case) -> Observation:
        return await laboratory.observe(backend, case)

    return observed
