"""Warm, cold or the server's choice, asked for from Python: here, at a server, with and without `await`."""

import asyncio
from collections.abc import Iterator

import pytest

from octopus import AsyncClient, Client, InvalidDocument, InvalidRequest, Pipeline, Policy
from octopus.domain.pipeline import BackendName
from tests.api.world import TOKEN
from tests.sdk.conftest import Place
from tests.support.terminal import House, open_house

CHOICES: tuple[BackendName | None, ...] = ("warm", "cold", None)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.mark.parametrize("backend", CHOICES)
def test_a_run_here_keeps_what_was_asked_for(place: Place, loading: Pipeline, backend: BackendName | None) -> None:
    started = loading.start(backend=backend, data_dir=place.data_dir)
    assert (started.wait().status, started.view().backend) == ("succeeded", backend)
    waited = loading.run(backend=backend, data_dir=place.data_dir)
    assert waited.view().backend == backend
    awaited = asyncio.run(loading.run_async(backend=backend, data_dir=place.data_dir))
    assert place.here.portal.call(place.here.view(awaited.id)).backend == backend


@pytest.mark.parametrize("backend", CHOICES)
def test_so_does_one_at_a_server(house: House, loading: Pipeline, backend: BackendName | None) -> None:
    with Client(house.url, TOKEN) as client:
        assert client.start(loading, backend=backend).view().backend == backend
        assert client.run(loading, backend=backend).view().backend == backend
        assert loading.start(backend=backend, client=client).view().backend == backend

    async def awaited() -> BackendName | None:
        async with AsyncClient(house.url, TOKEN) as client:
            run = await client.start(loading, backend=backend)
            return (await run.view()).backend

    assert asyncio.run(awaited()) == backend


def test_another_backend_is_refused_before_anything_starts(place: Place, house: House, loading: Pipeline) -> None:
    said = r"backend is one of `warm`, `cold`, or None; not 'hot'\."
    with pytest.raises(InvalidRequest, match=said):
        loading.start(backend="hot", data_dir=place.data_dir)  # type: ignore[arg-type]
    with Client(house.url, TOKEN) as client, pytest.raises(InvalidRequest, match=said):
        client.run(loading, backend="hot")  # type: ignore[arg-type]
    assert place.backend.started == []


def test_a_step_has_its_own_choice(loading: Pipeline) -> None:
    loading["load"].change(policy={"backend": "cold"})
    loading["split"].change(policy=Policy(backend="warm"))
    assert [step.policy.backend for step in loading.document.steps] == ["cold", "warm"]
    assert loading.validate() == ()
    with pytest.raises(InvalidDocument) as refused:
        loading["load"].change(policy={"backend": "hot"})
    assert [problem.pointer for problem in refused.value.problems] == ["/steps/0/policy/backend"]
