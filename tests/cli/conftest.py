"""One server in this process for all commands that are typed here."""

from collections.abc import Iterator

import pytest

from tests.support.terminal import House, open_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house
